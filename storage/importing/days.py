"""Dates as people write them: read by the column, whose cells must all agree on the order."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import cached_property

from storage.importing.cells import CellError, parse_day
from storage.importing.tables.table import NamedTable

_NO_DAY = "is not a date: write it like 2026-07-31"
_NONE_SUCH = "does not exist in the calendar"
_TIME = (
    r"(?:[T ,]{1,2}[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
    r" ?(?:[AaPp][Mm])?(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_OFFSET = re.compile(
    r"[T ,](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})[0-9:.,]* ?(?P<half>[AaPp][Mm])? ?"
    r"(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})$"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})" + _TIME)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})" + _TIME)
_EITHER = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})" + _TIME)
_NAMED = re.compile(r"([0-9]{1,2})[- ]([A-Za-z]{3,9})[- ]([0-9]{4})" + _TIME)
_NAME_FIRST = re.compile(r"([A-Za-z]{3,9}) ([0-9]{1,2}),? ([0-9]{4})" + _TIME)
_SERIAL = re.compile(r"(?:3[2-9]|4[0-9]|5[0-5])[0-9]{3}")  # from 1987 to 2053
_BEFORE_SERIALS = date(1899, 12, 30)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


class DayColumn:
    """Reads the dates of a table's columns; with a time and its offset, the day in UTC.

    ``31/12/2025`` and ``12/31/2025`` are read where all cells of the columns have the same order.
    """

    def __init__(self, table: NamedTable, *columns: str) -> None:
        self._table, self._columns = table, columns

    def parse(self, text: str, *, today: date) -> date:
        """Read a date, within the bounds of `parse_day`."""
        return parse_day(self.iso(text), today=today)

    def iso(self, text: str) -> str:
        """Rewrite a date as ``YYYY-MM-DD``; a moment with an offset counts in UTC.

        Raises
        ------
        CellError
            If it is none, does not exist, or the column does not tell day from month.
        """
        if day := _clear(text):
            return utc_day(day, text)
        if found := _EITHER.fullmatch(text):
            return utc_day(self._in_order(int(found[1]), int(found[3]), int(found[4])), text)
        if _SERIAL.fullmatch(text):
            shown = _BEFORE_SERIALS + timedelta(days=int(text))
            raise CellError(f"is {shown} as a spreadsheet counts days: format the column as dates")
        raise CellError(_NO_DAY)

    def _in_order(self, first: int, second: int, year: int) -> str:
        if not self._orders:
            raise CellError("has another order than others of the column: write it like 2026-07-31")
        readings = {"day": (second, first), "month": (first, second)}
        found = dict.fromkeys(_iso(year, *readings[order]) for order in self._orders)
        if len(found) > 1:
            raise CellError(f"may mean {' or '.join(found)}: write it so")
        return next(iter(found))

    @cached_property
    def _orders(self) -> Sequence[str]:
        return _orders(self._table.cells(self._columns))


def utc_day(day: str, moment: str) -> str:
    """Move a day to the one that it is in UTC, where its moment says how far off that is.

    >>> utc_day("2026-02-28", "2026-02-28T23:30:00-05:00")
    '2026-03-01'
    """
    if not (found := _OFFSET.search(moment)):
        return day
    hour, afternoon = int(found["hour"]), (found["half"] or "").lower() == "pm"
    hour = hour % 12 + 12 * afternoon if found["half"] else hour
    off = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    local = timedelta(hours=hour, minutes=int(found["minute"]))
    ahead = local - off if found["sign"] == "+" else local + off
    return (date.fromisoformat(day) + timedelta(days=ahead // timedelta(days=1))).isoformat()


def _orders(cells: Iterable[str]) -> Sequence[str]:
    orders = ["day", "month"]
    for cell in cells:
        if found := _EITHER.fullmatch(cell):
            first, second, year = int(found[1]), int(found[3]), int(found[4])
            if "day" in orders and not _exists(year, second, first):
                orders.remove("day")
            if "month" in orders and not _exists(year, first, second):
                orders.remove("month")
    return orders


def _clear(text: str) -> str:
    if found := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = found[1], found[found.re.groups - 1], found[found.re.groups]
        return _iso(int(year), int(month), int(day))
    if found := _DAY_FIRST.fullmatch(text):
        return _iso(int(found[3]), int(found[2]), int(found[1]))
    if found := _NAMED.fullmatch(text):
        return _iso(int(found[3]), _month(found[2]), int(found[1]))
    if found := _NAME_FIRST.fullmatch(text):
        return _iso(int(found[3]), _month(found[1]), int(found[2]))
    return ""


def _month(name: str) -> int:
    plain = name.lower().rstrip(".")
    plain = "sep" if plain == "sept" else plain
    found = [place for place, month in enumerate(_MONTHS, 1) if plain in (month, month[:3])]
    if not found:
        raise CellError(_NO_DAY)
    return found[0]


def _iso(year: int, month: int, day: int) -> str:
    if not _exists(year, month, day):
        raise CellError(_NONE_SUCH)
    return date(year, month, day).isoformat()


def _exists(year: int, month: int, day: int) -> bool:
    with suppress(ValueError):
        return bool(date(year, month, day))
    return False
