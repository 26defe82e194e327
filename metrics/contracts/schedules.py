"""Schedules of many accounts at once, in arrays: as nearly all of them are, and far quicker.

Terms may overlap, have a discount and be amended one after the other; pauses, trials, failed
payments and rises are for `schedule`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.contracts.plain_columns import DAYS, NO_END, periods_until, rounded
from metrics.contracts.span_columns import Exact, SpanColumns, TermColumns, spans
from metrics.drivers import KnownDriver
from metrics.tier_codes import Whole

REASONS = (
    None,
    KnownDriver.NOT_RENEWED,
    KnownDriver.SEATS,
    KnownDriver.PRICE,
    KnownDriver.AMENDMENT,
    KnownDriver.DISCOUNT_END,
)
"""Drivers of changes by number."""
_NONE, _LOST, _SEATS, _PRICE, _AMENDMENT, _DISCOUNT = (1 << number for number in range(6))
_REASON_OF = np.zeros(2 ** len(REASONS), np.int64)  # of several there is none
_REASON_OF[[1 << number for number in range(len(REASONS))]] = np.arange(len(REASONS))
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PlainChanges:
    """Changes of the MRR by position and day, in signed minor units.

    ``term`` is the place of the term in its columns, and ``reason`` one in `REASONS`.
    ``renewed`` and ``renewed_alike`` are as in `metrics.contracts.changes.Schedule`, of all terms.
    """

    term: Whole
    day: Whole
    amount: Whole
    reason: Whole
    renewed: int
    renewed_alike: int


def schedules(terms: TermColumns, *, today: int) -> PlainChanges:
    """Work out the changes of the MRR of all terms, as `schedule` does for those of an account."""
    if not terms.plain.start.size:
        nothing = np.zeros(0, np.int64)
        return PlainChanges(nothing, nothing, nothing, nothing, 0, 0)
    days = _Days(terms, spans(terms))
    amount = days.amounts()
    places = np.flatnonzero(amount)
    joined = np.flatnonzero(days.is_joined & ~days.is_amended & (days.day <= today))
    alone = _renewals(terms, today)
    return PlainChanges(
        term=days.numbers()[places],
        day=days.day[places],
        amount=amount[places].astype(np.int64),
        reason=_REASON_OF[days.reasons()[places]],
        renewed=int(joined.size) + alone,
        renewed_alike=int((days.delta[joined] == 0).sum()) + alone,
    )


class _Days:
    """Days of positions on which terms begin, end, or cost more without their discount."""

    def __init__(self, terms: TermColumns, found: SpanColumns) -> None:
        self._terms, self._spans = terms, found
        plain = terms.plain
        is_kept = found.until > plain.start
        begun, ended, turned = map(
            np.flatnonzero,
            (is_kept, is_kept & (found.until != NO_END), is_kept & (found.turn != NO_END)),
        )
        term = np.concatenate([begun, ended, turned])
        kind = np.repeat(np.arange(3), [begun.size, ended.size, turned.size])
        days = [plain.start[begun], found.until[ended], found.turn[turned]]
        key = plain.position.astype(np.int64)[term] * DAYS + np.concatenate(days) + DAYS // 2
        order = np.argsort(key, kind="stable")
        key, self._term, kind = key[order], term[order], kind[order]
        self._begins, self._ends, self._turns = (kind == number for number in range(3))
        self._first = np.flatnonzero(np.diff(key, prepend=-1))
        self.day = key[self._first] % DAYS - DAYS // 2
        self._position = key[self._first] // DAYS
        self._value = np.where(self._ends, found.final[self._term], found.first[self._term])
        turn = found.final[self._term] - found.first[self._term]
        self._value = np.where(self._turns, turn, self._value)
        self._gained, self._lost = self._of(self._begins), self._of(self._ends)
        self.delta = self._gained - self._lost + self._of(self._turns)
        self.is_joined = self._any(self._begins) & self._any(self._ends)
        self.is_amended = self._any(self._begins & terms.chains.amends[self._term])

    def amounts(self) -> Exact:
        """Find the differences of rounded balances."""
        exact = np.cumsum(self.delta)
        is_new = np.diff(self._position, prepend=-1) != 0
        before = np.where(is_new, exact - self.delta, 0)
        exact -= before[np.maximum.accumulate(np.where(is_new, np.arange(is_new.size), 0))]
        balance = rounded(exact, self._spans.scale[self._term[self._first]])
        found = balance.copy()
        found[1:] -= np.where(is_new[1:], 0, balance[:-1])
        return found

    def numbers(self) -> Whole:
        """Find the first term of those that change on each day, rather one that begins."""
        size = self._terms.plain.start.size
        numbers = np.where(self._ends, self._term + size, self._term)
        found: Whole = np.minimum.reduceat(numbers, self._first) % size
        return found

    def reasons(self) -> Whole:
        """Find the reasons of each day, in bits."""
        group = np.repeat(np.arange(self._first.size), np.diff(self._first, append=self._term.size))
        ending = np.where(self._spans.is_lost[self._term], _LOST, _NONE)
        bits = np.where(self._turns, _DISCOUNT, np.where(self._ends, ending, _NONE))
        is_told = (self._value != 0) & (self._turns | ~self.is_joined[group])
        found: Whole = np.bitwise_or.reduceat(np.where(is_told, bits, 0), self._first)
        places = np.flatnonzero(self.is_joined & (self._gained != self._lost))
        if places.size:
            found[places] |= self._joined_reasons(places)
        return found

    def _joined_reasons(self, places: Whole) -> Whole:
        """Tell of days on which terms replace others whether seats or their price did it."""
        seats = self._terms.plain.seats[self._term]
        is_known = ~self._any((seats == 0) & ~self._turns)[places]
        # Python's integers: a product of prices and seats can need more than 64 bits.
        after, before = (
            np.add.reduceat(np.where(some, seats, 0), self._first)[places].astype(object)
            for some in (self._begins, self._ends)
        )
        gained, lost = (one[places].astype(object) for one in (self._gained, self._lost))
        scale = self._spans.scale[self._term[self._first[places]]].astype(object)
        gap = np.abs(gained * before - lost * after)
        is_alike = (gap <= scale * (before + after)).astype(bool)
        by_seats = np.where((before != after).astype(bool) & is_alike, _SEATS, _PRICE)
        return np.where(is_known, by_seats, np.where(self.is_amended[places], _AMENDMENT, _NONE))

    def _of(self, some: _Flags) -> Exact:
        found: Exact = np.add.reduceat(np.where(some, self._value, 0), self._first)
        return found

    def _any(self, some: _Flags) -> _Flags:
        found: _Flags = np.logical_or.reduceat(some, self._first)
        return found


def _renewals(terms: TermColumns, today: int) -> int:
    """Count the days up to today on which terms renewed themselves."""
    plain, chains = terms.plain, terms.chains
    some = np.flatnonzero(plain.goes_on & (plain.last != NO_END) & (terms.ends == NO_END))
    root, last, start = chains.root[some], plain.last[some], plain.start[some]
    until = np.minimum(today, chains.cut[some] - 1)
    before = periods_until(root, last, start)
    return int(np.maximum(periods_until(root, last, until) - before, 0).sum())
