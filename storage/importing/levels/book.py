"""Balances of positions by day, and the days for which a source has stated them, in arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.exact_sums import sum_by
from storage.importing.movements import Flags, Whole

_DAYS = 2**20
"""More than any day's number: a position and a day make one number, in order of both."""


def moments(position: Whole, day: Whole) -> Whole:
    """Make one number of each position and day, in order of position and then of day."""
    return position * _DAYS + day


@dataclass(frozen=True, slots=True)
class Book:
    """Balances of positions at the close of each day on which they moved.

    ``net`` is what a day's movements come to, ``balance`` what all up to it do.
    """

    moment: Whole
    net: Whole
    balance: Whole

    @classmethod
    def of(cls, position: Whole, day: Whole, amount: Whole) -> "Book":
        """Add up movements in any order."""
        moment, places = np.unique(moments(position, day), return_inverse=True)
        net = sum_by(places, amount, moment.size)
        sums = np.cumsum(net)
        owner = moment // _DAYS
        first = np.searchsorted(owner, owner)
        return cls(moment, net, sums - (sums - net)[first])

    @property
    def position(self) -> Whole:
        """The position of each entry."""
        return self.moment // _DAYS

    @property
    def day(self) -> Whole:
        """The day of each entry."""
        return self.moment % _DAYS

    def balances(self, position: Whole, day: Whole) -> Whole:
        """Find balances at the close of days; 0 before the first movement."""
        place = np.searchsorted(self.moment, moments(position, day), side="right") - 1
        owner = np.append(self.position, -1)
        found: Whole = np.where(owner[place] == position, np.append(self.balance, 0)[place], 0)
        return found

    def last_days(self, position: Whole, since: Whole, until: Whole) -> Whole:
        """Find the last day in ``[since, until)`` on which a position moved, else ``since``."""
        place = np.searchsorted(self.moment, moments(position, until)) - 1
        begin = moments(position, since)
        last: Whole = np.maximum(np.append(self.moment, -1)[place], begin) % _DAYS
        return last


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of days ``[since, until)`` of positions, in order, none touching another."""

    since: Whole
    until: Whole

    @classmethod
    def of(cls, position: Whole, since: Whole, until: Whole) -> "Spans":
        """Join stretches that overlap or touch."""
        begin, end = moments(position, since), moments(position, until)
        order = np.argsort(begin, kind="stable")
        begin, reach = begin[order], np.maximum.accumulate(end[order])
        is_first = np.append(True, begin[1:] > reach[:-1])[: begin.size]
        starts = np.flatnonzero(is_first)
        ends = np.append(starts[1:], begin.size)[: starts.size] - 1
        return cls(begin[starts], reach[ends])

    @property
    def position(self) -> Whole:
        """The position of each stretch."""
        return self.since // _DAYS

    def days(self) -> tuple[Whole, Whole]:
        """Tell the first day of each stretch, and the first day after it."""
        return self.since % _DAYS, self.until % _DAYS

    def next_days(self, position: Whole, day: Whole) -> Whole:
        """Find the first day from ``day`` on that lies in a stretch; -1 where there is none."""
        moment = moments(position, day)
        place = np.searchsorted(self.until, moment, side="right")
        found = np.maximum(np.append(self.since, -1)[place], moment)
        is_own = np.append(self.position, -1)[place] == position
        return np.where(is_own, found % _DAYS, -1)

    def hold(self, position: Whole, since: Whole, until: Whole) -> Flags:
        """Tell which stretches lie within one of these."""
        place = np.searchsorted(self.since, moments(position, since), side="right") - 1
        held: Flags = np.append(self.until, -1)[place] >= moments(position, until)
        return held


def joined(parts: Sequence[Spans]) -> Spans:
    """Join the stretches of several, which may overlap."""
    if len(parts) == 1:
        return parts[0]
    position = np.concatenate([part.position for part in parts])
    since, until = (np.concatenate(days) for days in zip(*(p.days() for p in parts), strict=True))
    return Spans.of(position, since, until)
