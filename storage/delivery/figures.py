"""Figures of the outbox for operators: messages by state and kind, and the longest wait."""

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.delivery.claiming import is_its_turn
from storage.delivery.parcels import WAITING
from storage.tables.delivery import OutboxRow


def count_by_state(session: Session) -> dict[tuple[str, str], int]:
    """Count messages by state and kind."""
    by = col(OutboxRow.state), col(OutboxRow.kind)
    return {
        (state, kind): count
        for state, kind, count in session.execute(select(*by, func.count()).group_by(*by))
    }


def count_sent(session: Session, *, kind: str, since: datetime) -> int:
    """Count the messages of a kind that were sent after a moment."""
    statement = select(func.count()).where(
        col(OutboxRow.kind) == kind, col(OutboxRow.sent_at) > since
    )
    return session.scalar(statement) or 0


def oldest_due(session: Session, *, now: datetime, team_id: str) -> datetime | None:
    """Find the due moment of a workspace's message that waits longest, of those to be claimed."""
    is_ours, is_waiting = col(OutboxRow.team_id) == team_id, col(OutboxRow.state).in_(WAITING)
    waiting = is_ours, is_waiting, col(OutboxRow.not_before) <= now, is_its_turn()
    found: datetime | None = session.scalar(select(func.min(col(OutboxRow.due_at))).where(*waiting))
    return found
