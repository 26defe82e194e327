"""Outlook: what an opening base will pay if nothing happens but what is known already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from metrics.drivers import KnownDriver
from metrics.movements import MovementKind
from metrics.pauses import LONGEST_DAYS
from metrics.retention import Retention

NOTICE = "notice"
"""The driver of an end that notice was given of."""
ENDS = KnownDriver.NOT_RENEWED.value
"""The driver of an end that nobody gave notice of: it may still be renewed."""
Reason = tuple[MovementKind, str]
"""The kind of an account's change, and the driver of its known changes, empty where none is."""


@dataclass(frozen=True, slots=True)
class KnownChange:
    """A change of MRR that waits for its day, in signed minor units."""

    day: date
    minor: int
    driver: str


@dataclass(frozen=True, kw_only=True)
class KnownCourse:
    """An account with changes that are known: what it pays now, 0 for one that does not."""

    unit: int | str
    opening: int
    changes: tuple[KnownChange, ...]

    @cached_property  # it is asked for several times, of a hundred thousand accounts
    def closing(self) -> int:
        """The MRR that it will pay, never below zero."""
        return max(0, self.opening + sum(one.minor for one in self.changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlookPart:
    """Accounts that change for one reason, and by how much in signed minor units."""

    accounts: int
    minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOutlook:
    """The retention of a base from now to a day, if nothing moves but what is known.

    ``if_renewed`` is the same with every term that ends renewed as it is. The parts by reason come
    to the change of MRR, exactly. ``arriving`` are accounts that pay nothing now: no part of it.
    """

    retention: Retention
    if_renewed: Retention
    parts: Mapping[Reason, OutlookPart]
    arriving: OutlookPart

    @property
    def is_known(self) -> bool:
        """Whether anything is known at all."""
        return bool(self.parts or self.arriving.accounts)


def outlook_of(
    courses: Sequence[KnownCourse], *, accounts: int, opening: int, end: date
) -> KnownOutlook:
    """Work an outlook out.

    Parameters
    ----------
    courses : sequence of KnownCourse
        The accounts of a scope with known changes before ``end``; all others stay as they are.
    accounts, opening : int
        Those of the scope that pay now, and what they pay together.
    """
    base = [one for one in courses if one.opening]
    amounts: defaultdict[Reason, int] = defaultdict(int)
    counts: defaultdict[Reason, int] = defaultdict(int)
    for course in base:
        for reason, minor in _reasons(course, end).items():
            amounts[reason] += minor
            counts[reason] += 1
    arriving = [one for one in courses if not one.opening and one.closing]
    renewed = [_without_ends(one) for one in base]
    return KnownOutlook(
        retention=_retention(base, accounts, opening, end),
        if_renewed=_retention(renewed, accounts, opening, end),
        parts={
            reason: OutlookPart(accounts=counts[reason], minor=minor)
            for reason, minor in sorted(amounts.items(), key=lambda item: (item[1], item[0]))
        },
        arriving=OutlookPart(accounts=len(arriving), minor=sum(one.closing for one in arriving)),
    )


def _retention(courses: Iterable[KnownCourse], accounts: int, opening: int, end: date) -> Retention:
    sums = dict.fromkeys(MovementKind, 0)
    lost = 0
    for one in courses:
        kind = _kind(one, end)
        sums[kind] += abs(one.closing - one.opening)
        lost += kind is MovementKind.CHURN
    return Retention(
        accounts_opening=accounts,
        accounts_retained=accounts - lost,
        opening=opening,
        expansion=sums[MovementKind.EXPANSION],
        contraction=sums[MovementKind.CONTRACTION],
        churn=sums[MovementKind.CHURN],
    )


def _kind(course: KnownCourse, end: date) -> MovementKind:
    if course.closing > course.opening:
        return MovementKind.EXPANSION
    if course.closing or _only_pauses(course, end):
        return MovementKind.CONTRACTION
    return MovementKind.CHURN


def _only_pauses(course: KnownCourse, end: date) -> bool:
    last = max(course.changes, key=lambda one: one.day, default=None)
    is_pause = last is not None and last.driver == KnownDriver.PAUSE.value
    return is_pause and last is not None and (end - last.day).days <= LONGEST_DAYS


def _reasons(course: KnownCourse, end: date) -> Mapping[Reason, int]:
    """Split the change of an account by driver, so that the parts come to it exactly."""
    kind, found = _kind(course, end), defaultdict[Reason, int](int)
    for one in course.changes:
        found[kind, one.driver] += one.minor
    # A loss of more than is paid takes what is paid.
    excess = course.closing - course.opening - sum(found.values())
    if excess:
        found[min(found, key=lambda reason: found[reason])] += excess
    return {reason: minor for reason, minor in found.items() if minor}


def _without_ends(course: KnownCourse) -> KnownCourse:
    kept = tuple(one for one in course.changes if one.driver != ENDS)
    if len(kept) == len(course.changes):
        return course
    return KnownCourse(unit=course.unit, opening=course.opening, changes=kept)
