"""Monthly totals of another system from a file, by the readers of imports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from storage.errors import StorageError, UnreadableFileError
from storage.importing.file_kind import FileReading
from storage.importing.levels.columns import LevelColumns, MonthsLayout
from storage.importing.movements import NO_NUMBER, NOTHING, FileMovements, FileTexts
from storage.importing.profiles.names import plain_name
from storage.importing.profiles.recognition import recognise
from storage.importing.profiles.usual import ACCOUNT, DAY, MONTH
from storage.importing.profiles.wishes import ColumnWishes, Wish
from storage.importing.report import unobserved
from storage.importing.spool import Scratch
from storage.importing.tables.opening import open_table
from storage.importing.tables.table import NOTHING_SAID, FileTable, TableOptions

ALL = "(all)"
_SEGMENT = "segment"
_COMMAND = ("nrrbot", "data", "--reconcile")


class TotalsRefusedError(StorageError):
    """Rows of the other system's file cannot be read; the message names the first of them."""


@dataclass(frozen=True, slots=True)
class OtherTotals:
    """MRR of another system at the end of months.

    ``rows`` name accounts unless ``has_accounts`` is False, and ``segment`` is the name of their
    column of segments, None where they have none.
    """

    rows: FileMovements
    has_accounts: bool
    segment: str | None


def read_totals(
    path: Path,
    wishes: ColumnWishes,
    *,
    dimension: str,
    today: date,
    scratch: Scratch,
    max_bytes: int,
    options: TableOptions = NOTHING_SAID,
) -> OtherTotals:
    """Read a file with a month, an MRR and a currency; optionally an account and a segment.

    Parameters
    ----------
    dimension : str
        The main one: a column of its name, or called segment, is the segment.

    Raises
    ------
    UnreadableFileError, MappingError, TotalsRefusedError
        If it cannot be read, with what to write instead.
    """
    table = open_table(path, max_bytes=max_bytes, scratch=scratch, options=options)
    names = [plain_name(cell) for cell in table.header]
    has_accounts = "account_id" in wishes.columns or any(name in names for name in ACCOUNT)
    named = recognise(table, _completed(wishes, table, names, has_accounts=has_accounts)).table
    layout = MonthsLayout.of(named.columns)
    if not layout.is_monthly:
        raise UnreadableFileError("the header lacks month: totals are compared by month")
    columns = LevelColumns(named, layout, today=today)
    reading = FileReading(named, unobserved)
    parts = [*_parts(columns, reading)]
    if findings := sorted(reading.problems.findings):
        first, more = findings[0], len(findings) - 1
        spot, cell = named.places.spot(first.line), f' ("{first.cell}")' if first.cell else ""
        rest = f", and {more:,} more" if more else ""
        raise TotalsRefusedError(f"{spot}: {first.sentence}{cell}{rest}")
    found = next((name for name in (dimension, _SEGMENT) if name in layout.attributes), None)
    stated = _stated(columns.texts, parts)
    if not len(stated):
        raise TotalsRefusedError("the file states no MRR")
    return OtherTotals(stated, has_accounts, found)


def _completed(
    wishes: ColumnWishes, table: FileTable, names: Sequence[str], *, has_accounts: bool
) -> ColumnWishes:
    """Let days be months that they end or begin, and rows without an account be of all."""
    columns = dict(wishes.columns)
    if "month" not in columns and not any(name in names for name in MONTH):
        day = next((place for place, name in enumerate(names) if name in DAY), None)
        if day is not None:
            columns["month"] = Wish(column=table.header[day])
    if not has_accounts:
        columns["account_id"] = Wish(always=ALL)
    return replace(wishes, kind="balances", columns=columns, command=_COMMAND)


def _parts(columns: LevelColumns, reading: FileReading) -> Iterator[FileMovements]:
    for reader in reading:
        yield columns.read(reader)


def _stated(texts: FileTexts, parts: Sequence[FileMovements]) -> FileMovements:
    rows = FileMovements.joined(texts, parts)
    is_usage = rows.stated_kind != NOTHING
    return rows.pick(np.flatnonzero((rows.amount != NO_NUMBER) & ~is_usage))
