"""Months that a demo company lives through, counted from both ends."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_MONTHS_PER_YEAR = 12
_MONTHS_PER_QUARTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One calendar month of the company's history.

    ``index`` counts from the first month of the history (0), ``left`` down to its last (1).
    """

    index: int
    left: int
    year: int
    number: int
    days: int

    @property
    def opens_a_quarter(self) -> bool:
        """Whether a calendar quarter starts with this month."""
        return self.number % _MONTHS_PER_QUARTER == 1

    def on(self, day: int) -> str:
        """Return a day of this month as ISO text."""
        return f"{self.year:04d}-{self.number:02d}-{day:02d}"

    def number_after(self, months: int) -> int:
        """Return the calendar month (1 to 12) of ``months`` later."""
        return (self.number - 1 + months) % _MONTHS_PER_YEAR + 1


def months_before(today: date, *, count: int) -> Iterator[Month]:
    """Yield the ``count`` complete months before ``today``, oldest first.

    Examples
    --------
    >>> [month.on(1) for month in months_before(date(2026, 2, 21), count=3)]
    ['2025-11-01', '2025-12-01', '2026-01-01']
    """
    first = today.year * _MONTHS_PER_YEAR + today.month - 1 - count
    for index in range(count):
        year, month = divmod(first + index, _MONTHS_PER_YEAR)
        days = monthrange(year, month + 1)[1]
        yield Month(index=index, left=count - index, year=year, number=month + 1, days=days)
