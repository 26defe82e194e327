"""Sums of many windows rolled up in one pass: a trend has two dozen of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.attribute_table import AttributeTable
from metrics.exact_sums import sum_by
from metrics.period_sums import outside_of, retention_by_value, retention_of
from metrics.retention import OutsideCohort, Retention
from metrics.rollup import Scope
from metrics.tier_codes import Whole

_FIGURES = 9  # cells of `Sums` up to those of accounts outside the base
WindowRows = tuple[NDArray[Any], NDArray[Any]]
"""Numbers of the combinations that a window has any sums of, and a row of `Sums` for each."""


@dataclass(frozen=True, slots=True)
class RolledUp:
    """One window of the company, and beside its opening base; of a scope, and of that by value."""

    company: Retention
    outside: OutsideCohort
    scope: Retention
    values: Mapping[str, Retention]


def roll_up(
    windows: Sequence[WindowRows], table: AttributeTable, scope: Scope, dimension: str | None
) -> Iterator[RolledUp]:
    """Roll up windows, as `PeriodSums` does one.

    Parameters
    ----------
    windows : sequence of WindowRows
        At least one; sums of all rows of one must be below 2**63.

    Yields
    ------
    RolledUp
        One for each window, in their order; without a dimension no values.
    """
    count = len(windows)
    window = np.repeat(np.arange(count), [sets.size for sets, _ in windows])
    sets, sums = (np.concatenate(each) for each in zip(*windows, strict=True))
    whole = _added(window, sums, count) if scope else None
    if scope:
        inside = np.flatnonzero(table.inside(scope)[sets])
        window, sets, sums = window[inside], sets[inside], sums[inside]
    names: tuple[str, ...] = ("",)
    if dimension is not None:
        names, of_each = table.values(dimension)
        window = window * len(names) + of_each[sets]
    parts = _added(window, sums, count * len(names)).reshape(count, len(names), -1)
    scoped = parts.sum(axis=1)  # each row is of one value, if only of none
    company = scoped if whole is None else whole
    named = names if dimension is not None else ()
    rows = company.tolist(), scoped.tolist(), parts.tolist()
    for of_company, of_scope, of_values in zip(*rows, strict=True):
        yield RolledUp(
            known := retention_of(of_company),
            outside_of(of_company),
            retention_of(of_scope) if scope else known,
            retention_by_value(zip(named, of_values, strict=False)),
        )


def _added(place: Whole, sums: NDArray[Any], count: int) -> NDArray[Any]:
    """Add rows up by place, exactly: by column, as sums of many rows are fastest."""
    return np.stack([sum_by(place, column, count) for column in sums.T[:_FIGURES]], axis=1)
