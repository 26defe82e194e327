"""Contracts from a table: ``account_id, start, end, amount`` and what else their lists say."""

from datetime import date, datetime

import numpy as np

from storage.importing.batch import Batch, FileIdentity
from storage.importing.contracts.columns import (
    OWN_COLUMNS,
    REQUIRED,
    ContractColumns,
    require_known_cadence,
)
from storage.importing.contracts.difference import ListDifference
from storage.importing.contracts.missing import MissingTerms
from storage.importing.contracts.term_rows import TermRows
from storage.importing.file_kind import FileKind
from storage.importing.file_reading import FileReading
from storage.importing.read_options import USUAL, ReadOptions
from storage.importing.report import Progress, unobserved
from storage.importing.spool import Scratch, Spool
from storage.importing.tables.table import NamedTable
from storage.store.column_types import day_number, moment_number

SOURCE = "contracts"
GROUP_BYTES = 2**22
"""How much of the file is held at once: as terms it takes thirty times as much."""


def read_contracts(
    table: NamedTable,
    *,
    now: datetime,
    today: date,
    scratch: Scratch,
    progress: Progress = unobserved,
    options: ReadOptions = USUAL,
) -> Batch:
    """Read a list of contracts; every column that is not a contract's own is an attribute.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    columns = ContractColumns(table, today=today)
    size = min(options.group_bytes, GROUP_BYTES)
    spool = Spool(scratch, 1 + table.file.size // size, TermRows, columns.texts)
    source = options.source or SOURCE
    recorded = moment_number(now)
    missing = None
    if options.is_complete:
        missing = MissingTerms(day_number(today), may_end_most=options.may_end_most)
    difference = ListDifference(
        spool=spool, source=source, recorded=recorded, today=today, missing=missing
    )
    reading = FileReading(table, progress)
    for reader in reading:
        require_known_cadence(table, reader)
        rows = columns.read(reader)
        right = np.ones(len(rows), bool)
        right[list(reader.wrong_rows)] = False
        difference.add(rows.pick(np.flatnonzero(right)))
    return Batch(
        file=FileIdentity(source=source, sha256=table.file.sha256, rows=reading.rows),
        groups=(),
        recorded=recorded,
        against=difference,
        notes=difference.notes,
        problems=reading.problems,
    )


KIND = FileKind(read=read_contracts, required=REQUIRED, own=frozenset(OWN_COLUMNS))
