"""Rows whose day has come: they land as an import of kind ``due``, and the others go on waiting."""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from sqlmodel import Session

from storage.importing.batch import AccountGroup, Batch, FileIdentity
from storage.importing.contracts.overdue import overdue_terms
from storage.importing.landing import DUE, ImportOptions, land, rehearse
from storage.importing.report import ImportRefusedError, RowFinding
from storage.importing.waiting import overdue_rows, read_back
from storage.store.column_types import day_number, moment_number
from storage.tables.due import DueMovement


def land_due(session: Session, options: ImportOptions) -> list[RowFinding]:
    """Land what was waiting for a day that has come, and end terms that were not paid for long.

    Rows of each source land as an import of their own. All rows of an account wait on if one of
    them cannot land.

    Parameters
    ----------
    session : Session
        A writing session; the caller's import comes after it, in the same transaction.

    Returns
    -------
    list of RowFinding
        Why rows wait on; their lines are the numbers of waiting rows.
    """
    due = overdue_rows(session, day_number(options.today) + 1)
    options = options.for_due()
    left: list[RowFinding] = []
    for source in dict.fromkeys(row.source for row in due):
        rows = [row for row in due if row.source == source]
        while rows and (findings := _findings(session, rows, options)):
            left += findings
            accounts = {row.id: row.account_id for row in rows}
            # What cannot be told apart waits as a whole.
            wrong = {accounts.get(one.line) for one in findings} & {*accounts.values()}
            rows = [row for row in rows if wrong and row.account_id not in wrong]
        if rows:
            land(session, _batch(rows, options), options, run=DUE)
    for batch in overdue_terms(session, now=options.started_at, today=options.today):
        if findings := _faults(session, batch, options):
            left += findings
        else:
            land(session, batch, options, run=DUE)
    return left


def _findings(
    session: Session, rows: Sequence[DueMovement], options: ImportOptions
) -> Sequence[RowFinding]:
    return _faults(session, _batch(rows, options), options)


def _faults(session: Session, batch: Batch, options: ImportOptions) -> Sequence[RowFinding]:
    try:
        rehearse(session, batch, options, run=DUE)
    except ImportRefusedError as error:
        return error.findings
    return ()


def _batch(rows: Sequence[DueMovement], options: ImportOptions) -> Batch:
    movements = read_back(rows)
    numbers = ",".join(str(row.id) for row in rows)
    return Batch(
        file=FileIdentity(
            source=rows[0].source,
            sha256=sha256(f"{DUE.name} {options.today} {numbers}".encode()).hexdigest(),
            rows=len(rows),
        ),
        # They are what is waiting: compared with it, none of them would be new.
        groups=[AccountGroup(movements=movements, reverses=np.zeros(len(movements), np.int64))],
        recorded=moment_number(options.started_at),
    )
