"""The circuit: open while Slack refuses the bot itself, and shared by every process."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, select
from sqlmodel import Session

from storage.store.statements import insert_new
from storage.tables.delivery import CircuitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """Since when nothing is sent, and why, in one word of Slack's."""

    opened_at: datetime
    reason: str


def open_circuit(session: Session, reason: str, now: datetime) -> bool:
    """Stop all sending; False if it was stopped before, and then its first reason stays."""
    return insert_new(session, CircuitRow, opened_at=now, reason=reason) is not None


def close_circuit(session: Session) -> bool:
    """Let messages go again; False if they went already."""
    result: CursorResult[Any] = session.execute(delete(CircuitRow))  # type: ignore[assignment]
    return result.rowcount > 0


def read_circuit(session: Session) -> Circuit | None:
    """Return the open circuit; None while messages go."""
    row = session.scalar(select(CircuitRow))
    return None if row is None else Circuit(opened_at=row.opened_at, reason=row.reason)
