"""Scopes: which accounts a question is about, and how disjoint bases add up."""

from collections.abc import Iterable, Mapping

from metrics.retention import NOTHING, Retention
from metrics.segments import NO_VALUE

Attributes = Mapping[str, str]
Scope = tuple[tuple[str, str], ...]
"""Pairs of dimension and value, all of which an account must have; empty is the company."""


def matches(attributes: Attributes, scope: Scope) -> bool:
    """Tell whether an account with these attributes is in the scope."""
    return all(attributes.get(dimension, NO_VALUE) == value for dimension, value in scope)


def total(parts: Iterable[Retention]) -> Retention:
    """Add up the retention of disjoint bases; `NOTHING` when there are none."""
    return sum(parts, start=NOTHING)
