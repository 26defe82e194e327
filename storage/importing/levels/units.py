"""Days and months of a file of levels: the stretches at whose close a level is stated."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from metrics.data_end import Declared
from metrics.days import day_in_full
from metrics.period_grammar import ONE_DAY, shift_months
from storage.importing.movements import Whole
from storage.store.column_types import day_number, day_of

_SETTLED = timedelta(days=3)
"""How long after a month's end a list of all accounts closes it."""


@dataclass(frozen=True, slots=True)
class Units:
    """Stretches ``[since, until)`` of a file in order, by the days that it names for them.

    The month that goes on ends with the day on which the file is read.
    """

    named: Whole
    since: Whole
    until: Whole
    is_monthly: bool

    @classmethod
    def of(cls, days: Collection[int], *, today: date, is_monthly: bool) -> "Units":
        """Build them from days of a file; first or last days alone are those of months."""
        named = sorted(days)
        is_monthly = is_monthly or _all_begin(named) or _all_end(named)
        stretches = [_month(day) if is_monthly else (day, day + 1) for day in named]
        since, until = np.array(stretches, np.int64).reshape(len(named), 2).T
        until = np.maximum(since + 1, np.minimum(until, day_number(today + ONE_DAY)))
        return cls(np.array(named, np.int64), since, until, is_monthly)

    def __len__(self) -> int:
        return int(self.named.size)

    def places(self, days: Whole) -> Whole:
        """Find where each of some days that the file names is among them."""
        return np.searchsorted(self.named, days)

    def label(self, since: int) -> str:
        """Write the stretch that begins on a day for people."""
        day = day_of(since)
        return f"{day:%B %Y}" if self.is_monthly else day_in_full(day)

    def declared(self, *, today: date, is_complete: bool) -> Declared:
        """Tell how far a file with these covers the days, and which month it closes."""
        if not len(self):
            return Declared()
        covered = day_of(int(self.until.max()))
        closed = covered.replace(day=1)
        while closed + _SETTLED > today:
            closed = shift_months(closed, -1)
        begun = day_of(int(self.since.min()))
        return Declared(
            covered_through=covered,
            closed_through=closed if is_complete and closed > begun else None,
        )


def _month(day: int) -> tuple[int, int]:
    first = day_of(day).replace(day=1)
    return day_number(first), day_number(shift_months(first, 1))


def _all_begin(days: Sequence[int]) -> bool:
    return all(day_of(day).day == 1 for day in days)


def _all_end(days: Sequence[int]) -> bool:
    return all(day_of(day + 1).day == 1 for day in days)
