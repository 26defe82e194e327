"""Renewals added up: what comes up by month and by segment, and what became of what came up."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

from metrics.rollup import Attributes
from metrics.segments import NO_VALUE

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpForRenewal:
    """The MRR of one account, in minor units, that comes up for renewal on a day.

    ``account`` is the number of the account that signed, ``unit`` that of the topmost one that it
    counts under; ``attributes`` are those that this one counts by.
    """

    account: int
    unit: int
    day: date
    minor: int
    is_signed: bool
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class RenewalSum:
    """So many accounts, and what they pay together in minor units."""

    accounts: int
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRate:
    """Terms that came up and those that were renewed, with the MRR of both in minor units.

    ``accounts`` had the terms.

    A renewed term counts with what it paid before, or less if it pays less now: growth makes up for
    nothing.
    """

    accounts: int
    terms: int
    renewed: int
    before: int
    kept: int

    @property
    def of_terms(self) -> Fraction:
        """Share of the terms that were renewed."""
        return Fraction(self.renewed, self.terms)

    @property
    def of_mrr(self) -> Fraction:
        """Share of their MRR that was renewed."""
        return Fraction(self.kept, self.before)


def added(rows: Iterable[UpForRenewal]) -> RenewalSum:
    """Add renewals up; an account with several counts once."""
    every = [*rows]
    return RenewalSum(len({one.unit for one in every}), sum(one.minor for one in every))


def by_month(rows: Iterable[UpForRenewal]) -> Mapping[date, RenewalSum]:
    """Add renewals up by calendar month, the first one first."""
    found = _grouped(rows, lambda one: one.day.replace(day=1))
    return {month: found[month] for month in sorted(found)}


def by_value(rows: Iterable[UpForRenewal], dimension: str) -> Mapping[str, RenewalSum]:
    """Add renewals up by the values of a dimension, the largest first."""
    found = _grouped(rows, lambda one: one.attributes.get(dimension, NO_VALUE))
    return dict(sorted(found.items(), key=lambda item: (-item[1].minor, item[0])))


def _grouped(
    rows: Iterable[UpForRenewal], key: Callable[[UpForRenewal], K]
) -> Mapping[K, RenewalSum]:
    groups: defaultdict[K, list[UpForRenewal]] = defaultdict(list)
    for one in rows:
        groups[key(one)].append(one)
    return {name: added(held) for name, held in groups.items()}
