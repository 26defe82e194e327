"""Columns that are meant as months and read as none: money that a wide file would lose."""

import re
from collections.abc import Collection, Sequence

from storage.errors import UnreadableFileError
from storage.importing.months import month_of
from storage.importing.profiles.attributes import sample
from storage.importing.profiles.names import plain_name, quoted
from storage.importing.profiles.personal import has_figures
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.tables.table import FileTable

_YEAR = re.compile(r"(?<!\d)(?:19[7-9]\d|2[01]\d\d)(?:\d\d){0,2}(?!\d)", re.ASCII)
_QUARTER = re.compile(r"\bq[0-9]\b", re.IGNORECASE)
_NO_LETTER = re.compile(r"[\W\d_]+")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_ALIKE = 82  # of 100: a slip of the keyboard, not another word


def require_months_read(table: FileTable, used: Collection[str], wishes: ColumnWishes) -> None:
    """Refuse a wide file of which a month, or what was to be one, is not read.

    Parameters
    ----------
    used : collection of str
        Plain names of the columns that became ours.

    Raises
    ------
    UnreadableFileError
        If a column of amounts is named after a time that is no month, or after a month that
        another column has; it says what to type.
    """
    said = wishes.ignore | (wishes.only or frozenset())
    for cell in unread_months(table, {*used, *said}):
        raise UnreadableFileError(f"{table.header_place} has {_fault(cell, table, used)}")


def _fault(cell: str, table: FileTable, used: Collection[str]) -> str:
    month = month_of(cell)
    if month is None:
        name = plain_name(cell)
        return (
            f"{quoted(cell)}, which is no month: write it like 2026-07, or leave it out with"
            f" --ignore {name}"
        )
    read = [each for each in table.header if plain_name(each) in used and month_of(each) == month]
    if not read:
        return "columns of days and of months: leave one out"
    both = [each for each in table.header if each in (cell, *read)]
    return f"a month twice, {' and '.join(map(quoted, both))}: rename one"


def unread_months(table: FileTable, used: Collection[str]) -> Sequence[str]:
    """Find the columns of amounts that are named after a time, but for those that are used."""
    places = [
        place
        for place, cell in enumerate(table.header)
        if plain_name(cell) not in used and _names_a_time(cell)
    ]
    cells = sample(table) if places else ()
    return [table.header[place] for place in places if cells and has_figures(cells[place])]


def _names_a_time(cell: str) -> bool:
    from rapidfuzz import process  # noqa: PLC0415 - slow to load, and rarely needed

    if cell.startswith(("m_", "d_")):  # our own names, which their reader judges
        return False
    if _YEAR.search(cell) or _QUARTER.search(cell):
        return True
    word = _NO_LETTER.sub("", cell.casefold())
    return bool(month_of(f"{word} 2026") or process.extractOne(word, _MONTHS, score_cutoff=_ALIKE))
