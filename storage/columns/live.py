"""Rows that still count: neither reversed, nor reversing others, nor of an import that is."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.tables.facts import MovementRow
from storage.tables.ledger import ImportRun


def is_live() -> ColumnElement[bool]:
    """Build the condition that a movement is neither reversed nor reverses another one."""
    other = aliased(MovementRow)
    reversed_ = select(col(other.reverses)).where(col(other.reverses).is_not(None))
    return and_(col(MovementRow.reverses).is_(None), col(MovementRow.id).not_in(reversed_))


def reversed_runs(session: Session) -> frozenset[int]:
    """List the imports that do not count any more: a reversal that is reversed gives one back."""
    runs = select(col(ImportRun.id), col(ImportRun.reverses))
    newest_first = runs.where(col(ImportRun.reverses).is_not(None)).order_by(
        col(ImportRun.data_version).desc()
    )
    gone: set[int] = set()
    for run, target in session.execute(newest_first):
        if run not in gone:
            gone.add(target)
    return frozenset(gone)
