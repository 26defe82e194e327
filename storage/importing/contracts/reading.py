"""Contracts from a table: ``account_id, start, end, amount`` and what else their lists say."""

import numpy as np

from storage.importing.batch import Batch
from storage.importing.contracts.columns import (
    OWN_COLUMNS,
    REQUIRED,
    ContractColumns,
    require_known_cadence,
)
from storage.importing.contracts.difference import ListDifference
from storage.importing.contracts.missing import MissingTerms
from storage.importing.contracts.term_rows import TermRows
from storage.importing.file_kind import FileKind, FileToRead
from storage.importing.spool import Spool
from storage.store.column_types import day_number

GROUP_BYTES = 2**22
"""How much of the file is held at once: as terms it takes thirty times as much."""


def read_contracts(file: FileToRead) -> Batch:
    """Read a list of contracts; every column that is not a contract's own is an attribute.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    columns = ContractColumns(file.table, today=file.today)
    groups = file.groups(min(file.options.group_bytes, GROUP_BYTES))
    spool = Spool(file.scratch, groups, TermRows, columns.texts)
    missing = None
    if file.options.is_complete:
        missing = MissingTerms(day_number(file.today), may_end_most=file.options.may_end_most)
    difference = ListDifference(
        spool=spool,
        source=file.source,
        recorded=file.recorded,
        today=file.today,
        missing=missing,
    )
    reading = file.start()
    for reader in reading:
        require_known_cadence(file.table, reader)
        rows = columns.read(reader)
        right = np.ones(len(rows), bool)
        right[list(reader.wrong_rows)] = False
        difference.add(rows.pick(np.flatnonzero(right)))
    return Batch(
        file=file.identity(reading.rows),
        recorded=file.recorded,
        against=difference,
        notes=difference.notes,
        problems=reading.problems,
    )


KIND = FileKind(read=read_contracts, required=REQUIRED, own=frozenset(OWN_COLUMNS))
