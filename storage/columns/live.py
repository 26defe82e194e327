"""Rows that still count: neither reversed, nor reversing others, nor of an import that is."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.tables.facts import MovementRow
from storage.tables.ledger import ImportRun

_FEW = 2_000  # accounts: to look up some thousand takes as long as to read two million movements


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


def any_live(
    session: Session, day: int, accounts: Collection[int], *, by: int | None = None
) -> bool:
    """Tell whether a movement on a day counts still.

    Parameters
    ----------
    day : int
        Days since 1970-01-01.
    accounts : collection of int
        All that have a movement on it.
    by : int, optional
        As in `is_live`; movements that were recorded later do not count either.
    """
    on_it = select(col(MovementRow.id)).where(col(MovementRow.day) == day, is_live(by=by))
    if by is not None:
        on_it = on_it.where(col(MovementRow.recorded) <= by)
    if len(accounts) <= _FEW:
        on_it = on_it.where(col(MovementRow.account).in_(accounts))
    return bool(session.scalar(select(exists(on_it))))


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
