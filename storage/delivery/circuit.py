"""The circuit of a store: open while Slack refuses the bot itself, and shared by all processes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session

from storage.store.statements import count_changed, insert_new
from storage.tables.delivery import CircuitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """An open circuit: since when nothing is sent, and the reason in one word of Slack's."""

    opened_at: datetime
    reason: str


def open_circuit(session: Session, reason: str, now: datetime) -> bool:
    """Stop all sending; False if it was stopped before."""
    # the first reason stays: those who find it out later see only what follows from it
    return insert_new(session, CircuitRow, opened_at=now, reason=reason) is not None


def close_circuit(session: Session) -> bool:
    """Let messages go again; False if they went already."""
    return count_changed(session, delete(CircuitRow)) > 0


def read_circuit(session: Session) -> Circuit | None:
    """Return the open circuit; None while messages go."""
    row = session.scalar(select(CircuitRow))
    return None if row is None else Circuit(opened_at=row.opened_at, reason=row.reason)
