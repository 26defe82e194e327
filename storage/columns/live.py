"""Rows that still count: neither reversed, nor reversing others, nor of an import that is."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.tables.facts import MovementRow
from storage.tables.ledger import ImportRun


def is_live(*, by: int | None = None) -> ColumnElement[bool]:
    """Build the condition that a movement is neither reversed nor reverses another one.

    Parameters
    ----------
    by : int, optional
        Only what was recorded by this moment, in microseconds, can have reversed it.
    """
    other = aliased(MovementRow)
    reversed_ = select(col(other.reverses)).where(col(other.reverses).is_not(None))
    if by is not None:
        reversed_ = reversed_.where(col(other.recorded) <= by)
    return and_(col(MovementRow.reverses).is_(None), col(MovementRow.id).not_in(reversed_))


def reversed_runs(
    session: Session, *, also: int | None = None, by: datetime | None = None
) -> frozenset[int]:
    """List the imports that do not count any more: a reversal that is reversed gives one back.

    Parameters
    ----------
    also : int, optional
        The import that a reversal is about to take back.
    by : datetime, optional
        Only reversals that had begun by this moment.
    """
    runs = select(col(ImportRun.id), col(ImportRun.reverses))
    if by is not None:
        runs = runs.where(col(ImportRun.started_at) <= by)
    newest_first = runs.where(col(ImportRun.reverses).is_not(None)).order_by(
        col(ImportRun.data_version).desc()
    )
    gone: set[int] = set() if also is None else {also}
    for run, target in session.execute(newest_first):
        if run not in gone:
            gone.add(target)
    return frozenset(gone)
