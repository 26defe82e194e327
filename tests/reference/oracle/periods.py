"""Where the data ends, which period a word names, and what that is compared with."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tests.reference.oracle.ledger import Ledger, later, month_of, months_from

ONE = timedelta(1)
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12, "ttm": 12}


@dataclass(frozen=True)
class DataEnd:
    """The first day without data, and earlier months that are not in either."""

    through: date
    silent: frozenset[date] = frozenset()

    def holds(self, start: date, end: date) -> bool:
        """Tell whether a period is in: not all of it lies where there is no data."""
        if start >= self.through:
            return False
        return not all(month in self.silent for month in months_from(start, end))


def data_end(ledger: Ledger, today: date) -> DataEnd | None:
    """Return where the data ends; None for an empty ledger that nobody has closed."""
    days = sorted({row.day for row in ledger.rows if row.day <= today})
    said = [day for day in (ledger.closed, ledger.covered) if day is not None]
    if not said:
        return _last_movement(days)
    through = max(said)
    month = month_of(through)
    while inside := [day for day in days if month <= day < later(month, 1)]:
        through = max(through, inside[-1] + ONE)
        month = later(month, 1)
    return DataEnd(through)


def _last_movement(days: list[date]) -> DataEnd | None:
    if not days:
        return None
    heard = {month_of(day) for day in days}
    silent = set(months_from(days[0], days[-1])) - heard
    return DataEnd(days[-1] + ONE, frozenset(silent))


@dataclass(frozen=True)
class Asked:
    """A period by its whole days ``[start, end)``.

    A unit of None is a range: of months where it is whole ones, unless it was counted in ``days``.
    """

    start: date
    end: date
    unit: str | None = None

    @property
    def shift(self) -> int | None:
        """Months back to the period before; None where that is counted in days."""
        if self.unit == "days":
            return None
        if self.unit is not None:
            return MONTHS_IN[self.unit]
        if (self.start.day, self.end.day) == (1, 1):
            return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month
        return None

    def before(self) -> "Asked":
        if self.shift is None:
            return Asked(self.start - (self.end - self.start), self.start, self.unit)
        return Asked(later(self.start, -self.shift), self.start, self.unit)


@dataclass(frozen=True)
class Period:
    """A period as far as it is in, and the stretch before it that is as long."""

    asked: Asked
    through: date
    is_complete: bool

    @property
    def start(self) -> date:
        return self.asked.start

    def compared_with(self) -> tuple[date, date]:
        start = self.asked.before().start
        if self.is_complete:
            return start, self.start
        months = 0
        while later(self.start, months + 1) <= self.through:
            months += 1
        days = (self.through - later(self.start, months)).days
        return start, min(later(start, months) + timedelta(days), self.start)

    def trailing(self, today: date) -> tuple[date, date]:
        """Return the twelve months to the last complete month by its end, and by today."""
        end = month_of(min(self.asked.end, self.through, today))
        return later(end, -12), end


def measured(asked: Asked, end: DataEnd, today: date) -> Period | None:
    """Return a period as far as it is in; None where none of it is."""
    if not end.holds(asked.start, asked.end):
        return None
    is_complete = asked.end <= min(today, end.through)
    through = min(asked.end, end.through, today + ONE)
    return Period(asked, through, is_complete)


def last_in(asked: Asked, end: DataEnd, today: date) -> Period | None:
    """Return the last period of the same kind that is in; of a range of months, the last whole one.

    A range of days ends with the last day that is in: with today's, once something moved today.
    """
    if asked.shift is not None and asked.unit is None:
        month = month_of(min(today, end.through))
        return measured(Asked(later(month, -asked.shift), month), end, today)
    if asked.shift is None:
        through = min(today + ONE, end.through)
        return measured(Asked(through - (asked.end - asked.start), through), end, today)
    while asked.start >= date(1990, 1, 1):
        asked = asked.before()
        if found := measured(asked, end, today):
            return found
    return None


_UNITS = {"m": "month", "q": "quarter", "y": "year"}


def read(words: str, end: DataEnd, today: date, fiscal_start: int = 1) -> Asked:
    """Return the period that words name; ``last`` ones end by where the data ends."""
    known = min(today, end.through)
    if found := re.fullmatch(r"last-(month|quarter|year)", words):
        return _around(known, found[1]).before()
    if words == "ttm":
        return Asked(later(month_of(known), -12), month_of(known), "ttm")
    if found := re.fullmatch(r"last-(\d+)-(days|months)", words):
        return _counted(int(found[1]), found[2], known)
    if found := re.fullmatch(r"(m|q|y)td|this-(m|q|y).*", words):
        return _around(today, _UNITS[found[1] or found[2]])
    if ".." in words:
        first, last = (_named(part, fiscal_start) for part in words.split(".."))
        is_month = first.start.day == 1 and later(first.start, 1) == last.end
        return Asked(first.start, last.end, "month" if is_month else None)
    return _named(words, fiscal_start)


def _counted(count: int, unit: str, known: date) -> Asked:
    if unit == "days":
        return Asked(known - timedelta(count), known, unit)
    return Asked(later(month_of(known), -count), month_of(known))


def _around(day: date, unit: str) -> Asked:
    months = MONTHS_IN[unit]
    start = later(month_of(day), -((day.month - 1) % months))
    return Asked(start, later(start, months), unit)


def _named(words: str, fiscal_start: int) -> Asked:
    if found := re.fullmatch(r"FY(\d\d)(?:-Q(\d))?", words):
        start = date(2000 + int(found[1]) - (fiscal_start > 1), fiscal_start, 1)
        if found[2] is None:
            return Asked(start, later(start, 12), "year")
        start = later(start, 3 * int(found[2]) - 3)
        return Asked(start, later(start, 3), "quarter")
    if found := re.fullmatch(r"(\d{4})-Q(\d)", words):
        start = date(int(found[1]), 3 * int(found[2]) - 2, 1)
        return Asked(start, later(start, 3), "quarter")
    if re.fullmatch(r"\d{4}", words):
        return Asked(date(int(words), 1, 1), date(int(words) + 1, 1, 1), "year")
    if re.fullmatch(r"\d{4}-\d\d", words):
        start = date.fromisoformat(f"{words}-01")
        return Asked(start, later(start, 1), "month")
    day = date.fromisoformat(words)
    return Asked(day, day + ONE)
