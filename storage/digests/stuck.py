"""Messages that wait for a person, and when each subscription's last one went out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import CursorResult, func, or_, select, update
from sqlmodel import Session, col

from storage.delivery.outbox import State
from storage.tables.delivery import OutboxRow, SubscriptionRow, SubscriptionState

STUCK = frozenset({State.NEEDS_ATTENTION, State.DEAD, State.SUSPENDED})
DISMISSED = "dismissed"
"""The error of a message that a person decided not to send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckMessage:
    """A message that is not sent until a person says so.

    Attributes
    ----------
    error : str
        One word of Slack's or ours; empty if there is none.
    is_in_doubt : bool
        Whether Slack may have it, without having said so.
    """

    number: int
    subscription_id: int | None
    channel_id: str
    kind: str
    state: State
    error: str
    due_at: datetime
    is_in_doubt: bool

    @classmethod
    def of(cls, row: OutboxRow) -> Self:
        """Read a stored row."""
        return cls(
            number=row.id or 0,
            subscription_id=row.subscription_id,
            channel_id=row.channel_id,
            kind=row.kind,
            state=State(row.state),
            error=row.last_error or "",
            due_at=row.due_at,
            is_in_doubt=bool(row.is_in_doubt),
        )


def list_stuck(session: Session) -> list[StuckMessage]:
    """Return every message that waits for a person, the oldest first.

    One whose text is no longer kept cannot be sent any more, so nobody is asked about it; nor about
    one that was called off with a subscription that is removed.
    """
    removed = select(col(SubscriptionRow.id)).where(
        col(SubscriptionRow.state) == SubscriptionState.REMOVED
    )
    is_open = or_(
        col(OutboxRow.state) != State.SUSPENDED,
        col(OutboxRow.subscription_id).is_(None),
        col(OutboxRow.subscription_id).not_in(removed),
    )
    statement = (
        select(OutboxRow)
        .where(col(OutboxRow.state).in_([*STUCK]), col(OutboxRow.payload_json).is_not(None))
        .where(func.coalesce(col(OutboxRow.last_error), "") != DISMISSED, is_open)
        .order_by(col(OutboxRow.id))
    )
    return [StuckMessage.of(row) for row in session.scalars(statement)]


def put_back(session: Session, number: int, *, now: datetime) -> bool:
    """Send a message again after all, because a person said so.

    False if it is not stuck, or so old that what it said is forgotten.
    """
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(OutboxRow)
        .where(
            col(OutboxRow.id) == number,
            col(OutboxRow.state).in_([*STUCK]),
            col(OutboxRow.payload_json).is_not(None),
        )
        .values(
            state=State.PENDING,
            attempts=0,
            is_in_doubt=0,
            clean_looks=0,
            not_before=now,
            last_error=None,
        ),
        execution_options={"synchronize_session": False},
    )
    return result.rowcount == 1


def dismiss(session: Session, number: int) -> bool:
    """Decide that a stuck message is not to be sent; False if there is none with that number."""
    is_stuck = any(message.number == number for message in list_stuck(session))
    if is_stuck:
        session.execute(
            update(OutboxRow)
            .where(col(OutboxRow.id) == number)
            .values(state=State.DEAD, last_error=DISMISSED)
        )
    return is_stuck


def last_sent(session: Session, subscription_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each of some subscriptions had its newest message sent, where it had one."""
    of = col(OutboxRow.subscription_id)
    statement = (
        select(of, func.max(col(OutboxRow.sent_at)))
        .where(of.in_([*subscription_ids]), col(OutboxRow.sent_at).is_not(None))
        .group_by(of)
    )
    return dict(session.execute(statement).all())
