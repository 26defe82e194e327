"""Levels from a table: ``account_id, month, mrr, currency``, or one column for each month."""

from dataclasses import dataclass, field

import numpy as np

from storage.importing.batch import Batch
from storage.importing.file_kind import FileKind, FileToRead
from storage.importing.judging.totals import FileTotals
from storage.importing.levels.columns import OWN_COLUMNS, LevelColumns, MonthsLayout
from storage.importing.levels.standing import LevelsFile
from storage.importing.levels.units import Units
from storage.importing.movements import NO_NUMBER, USAGE, FileMovements
from storage.importing.readings import ChunkReader
from storage.importing.spool import Spool
from storage.importing.usage.rows import usage_notes


def read_balances(file: FileToRead) -> Batch:
    """Read a file of levels, which become movements once the ledger can be asked.

    A column ``month`` states the MRR at the end of months, ``date`` that at the close of days;
    without either, each column ``m_2026_07`` or ``d_2026_07_31`` does. Any other column is an
    attribute.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    layout = MonthsLayout.of(file.table.columns)
    columns = LevelColumns(file.table, layout, today=file.today)
    spool = Spool(file.scratch, file.groups(), FileMovements, columns.texts)
    found, reading = _LevelsReader(spool), file.start()
    for reader in reading:
        found.take(columns.read(reader), reader)
    units = Units.of(found.days, today=file.today, is_monthly=layout.is_monthly)
    levels = LevelsFile(
        spool=spool,
        units=units,
        totals=found.totals,
        recorded=file.recorded,
        is_complete=file.options.is_complete,
        may_end_most=file.options.may_end_most,
        by_product="product" in file.table.columns,
        states_usage="usage" in file.table.columns,
        is_wide=bool(layout.dated),
        notes=[*layout.notes(), *usage_notes(found.used)],
    )
    return Batch(
        file=file.identity(reading.rows),
        recorded=levels.recorded,
        against=levels.against,
        declared=units.declared(today=file.today, is_complete=file.options.is_complete),
        notes=levels.notes,
        problems=reading.problems,
    )


@dataclass(slots=True)
class _LevelsReader:
    spool: Spool[FileMovements]
    days: set[int] = field(default_factory=set)
    totals: FileTotals = field(default_factory=FileTotals)
    used: int = 0

    def take(self, levels: FileMovements, reader: ChunkReader) -> None:
        """Take the rows of a chunk, without those that have findings."""
        if reader.wrong_rows:
            wrong = [reader.lines[place] for place in reader.wrong_rows]
            levels = levels.pick(np.flatnonzero(~np.isin(levels.line, wrong)))
        self.days.update(np.unique(levels.day[levels.amount != NO_NUMBER]).tolist())
        self.totals.add(levels)
        self.used += int((levels.stated_kind == USAGE).sum())
        self.spool.add(levels)


KIND = FileKind(
    read=read_balances,
    required=("account_id", "month", "mrr", "currency"),
    own=frozenset(OWN_COLUMNS),
)
