"""Columns that a profile works out of the others of a row, behind these."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from storage.importing.profiles.names import plain_name
from storage.importing.profiles.origins import day_text
from storage.importing.tables.table import FileTable, Stretch

Row = Mapping[str, str]
"""Cells of a row by the plain names of their columns."""


def with_made_columns(
    table: FileTable, names: Sequence[str], make: Callable[[Row], Mapping[str, str]]
) -> FileTable:
    """Add columns to a table; a cell that is not made is empty."""
    keys = [plain_name(cell) for cell in table.header]

    def made(cells: Sequence[str]) -> Sequence[str]:
        try:
            said = make(dict(zip(keys, map(str.strip, cells), strict=True)))
        except (ValueError, ArithmeticError):  # what is missing then is a finding
            said = {}
        return [*cells, *(said.get(name, "") for name in names)]

    def source() -> Iterator[Stretch]:
        for lines, rows in table.source():
            yield lines, [made(cells) for cells in rows]

    return replace(table, header=(*table.header, *names), made=len(names), source=source)


def first_of(row: Row, *names: str) -> str:
    """Take the first cell that says something."""
    return next((row[name] for name in names if row.get(name)), "")


def day_before(moment: str) -> str:
    """Take the day before a moment: the last one of what ends then."""
    text = day_text(moment)
    try:
        return (date.fromisoformat(text) - timedelta(days=1)).isoformat()
    except ValueError:  # what it says is read, and refused, where it stands
        return text


def last_paid_day(ends: str, *, start: str, renews: str = "") -> str:
    """Take the last day of what ends at a moment: the day before where the next period began.

    That is at midnight, on the day on which it ``renews``, or whole months after its ``start``.
    """
    text = day_text(ends)
    if not text or _LAST_MINUTE.search(ends):
        return text
    is_next = text == day_text(renews) or _is_months_after(text, day_text(start))
    return day_before(ends) if is_next or _is_midnight(ends.strip()) else text


def _is_midnight(moment: str) -> bool:
    if moment.isdecimal():  # seconds
        return int(moment) % _SECONDS_OF_A_DAY == 0
    return _MIDNIGHT.search(moment) is not None


def _is_months_after(text: str, start: str) -> bool:
    try:
        day, first = date.fromisoformat(text), date.fromisoformat(start)
    except ValueError:  # what it says is read, and refused, where it stands
        return False
    last = monthrange(day.year, day.month)[1]
    return day > first and day.day == min(first.day, last)


def cadence_between(begins: str, ends: str) -> str:
    """Tell for how long a period that is billed at once is: ``month``, ``year``; or its days."""
    try:
        days = (date.fromisoformat(day_text(ends)) - date.fromisoformat(day_text(begins))).days
    except ValueError:
        return ""
    for cadence, (least, most) in _DAYS.items():
        if least <= days <= most:
            return cadence
    return f"{days} days"


_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(:00(\.0*)?)?( ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?$")
_LAST_MINUTE = re.compile(r"[T ]23:59")
_SECONDS_OF_A_DAY = 86_400
_DAYS = {"month": (28, 31), "quarter": (89, 92), "half-year": (180, 184), "year": (364, 366)}
