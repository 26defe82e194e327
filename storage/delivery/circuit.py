"""The circuit of a store, shared by all processes: open while messages are held up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from storage.store.statements import count_changed, insert_new
from storage.tables.delivery import CircuitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """An open circuit: since when messages are held up, and why, in one word."""

    opened_at: datetime
    reason: str


NO_ANSWER = "no_answer"
"""The reason while Slack takes no posts, and does not say why."""


def open_circuit(session: Session, reason: str, now: datetime) -> bool:
    """Stop all sending; False if it was stopped before."""
    # the first reason stays: those who find it out later see only what follows from it
    return insert_new(session, CircuitRow, opened_at=now, reason=reason, tried_at=now) is not None


def close_circuit(session: Session, *reasons: str) -> bool:
    """Let messages go again; False if they went already, or are held up for another reason."""
    statement = delete(CircuitRow)
    if reasons:
        statement = statement.where(col(CircuitRow.reason).in_(reasons))
    return count_changed(session, statement) > 0


def may_try(session: Session, *, now: datetime, every: timedelta) -> bool:
    """Take the turn to try one message while the circuit is open; one process gets it."""
    tried_at = col(CircuitRow.tried_at)
    # of a time to come it is by a clock that was set back
    is_free = or_(tried_at.is_(None), tried_at <= now - every, tried_at > now)
    return count_changed(session, update(CircuitRow).where(is_free).values(tried_at=now)) == 1


def read_circuit(session: Session) -> Circuit | None:
    """Return the open circuit; None while messages go."""
    row = session.scalar(select(CircuitRow))
    return None if row is None else Circuit(opened_at=row.opened_at, reason=row.reason)
