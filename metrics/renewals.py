"""Renewals added up: what comes up by month and by segment, and what became of what came up."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TypeVar

from metrics.rollup import Attributes, Scope, matches
from metrics.segments import NO_VALUE

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpForRenewal:
    """What one account pays, in minor units, that comes up on a day.

    ``account`` is the number of the account that signed, ``unit`` that of the topmost one that it
    counts under; ``attributes`` are those that this one counts by.
    """

    account: int
    unit: int
    day: date
    minor: int
    is_signed: bool
    attributes: Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class CameUp:
    """A term that came up: what it paid before, and what of that is still paid, in minor units."""

    unit: int
    day: date
    before: int
    kept: int
    is_renewed: bool
    attributes: Attributes


@dataclass(frozen=True, slots=True)
class RenewalSum:
    """So many accounts, and what they pay together in minor units."""

    accounts: int
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRate:
    """Terms that came up and those that were renewed, with the MRR of both in minor units.

    A renewed term counts with what it paid before, or less if it pays less now: growth makes up for
    nothing.
    """

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalBook:
    """All renewals that the terms of contracts tell of, ahead and behind."""

    coming: tuple[UpForRenewal, ...]
    past: tuple[CameUp, ...]

    def of(self, scope: Scope) -> "RenewalBook":
        """Keep those of a scope."""
        return replace(
            self,
            coming=tuple(one for one in self.coming if matches(one.attributes, scope)),
            past=tuple(one for one in self.past if matches(one.attributes, scope)),
        )

    def between(self, first: date, end: date) -> tuple[UpForRenewal, ...]:
        """List what comes up in ``[first, end)``."""
        return tuple(one for one in self.coming if first <= one.day < end)

    def unsigned_before(self, day: date, *, since: date) -> tuple[UpForRenewal, ...]:
        """List offers that nobody has signed though their day has come, since another."""
        return tuple(one for one in self.coming if since <= one.day < day and not one.is_signed)

    def rate(self) -> RenewalRate | None:
        """Work out how much of what came up was renewed; None where nothing came up."""
        if not self.past:
            return None
        return RenewalRate(
            terms=len(self.past),
            renewed=sum(one.is_renewed for one in self.past),
            before=sum(one.before for one in self.past),
            kept=sum(one.kept for one in self.past),
        )


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
