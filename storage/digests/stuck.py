"""Messages that wait for a person, and the last one that each subscription had sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlmodel import Session, col

from storage.delivery.claiming import is_its_turn
from storage.delivery.parcels import State
from storage.store.statements import count_changed
from storage.tables.delivery import OutboxRow, SubscriptionRow, SubscriptionState

STUCK = frozenset({State.NEEDS_ATTENTION, State.DEAD, State.SUSPENDED})
DISMISSED = "dismissed"
"""The error of a message that a person dismissed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailure:
    """State and error of a message that could not be sent.

    Attributes
    ----------
    error : str
        One word of Slack's or ours; empty if there is none.
    is_in_doubt : bool
        Whether Slack may have the message, without having confirmed it.
    """

    state: State
    error: str
    is_in_doubt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckMessage:
    """A message that waits for a person's decision to send it or not."""

    number: int
    subscription_id: int | None
    channel_id: str
    kind: str
    due_at: datetime
    failure: DeliveryFailure

    @classmethod
    def of(cls, row: OutboxRow) -> Self:
        """Read a stored row."""
        return cls(
            number=row.id or 0,
            subscription_id=row.subscription_id,
            channel_id=row.channel_id,
            kind=row.kind,
            due_at=row.due_at,
            failure=DeliveryFailure(
                state=State(row.state),
                error=row.last_error or "",
                is_in_doubt=bool(row.is_in_doubt),
            ),
        )


def list_stuck(session: Session) -> list[StuckMessage]:
    """List the messages that wait for a person, the oldest first."""
    # messages of a removed subscription were called off with it: nobody need decide
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
        # a message whose text is no longer kept cannot be sent any more
        .where(col(OutboxRow.state).in_([*STUCK]), col(OutboxRow.payload_json).is_not(None))
        .where(func.coalesce(col(OutboxRow.last_error), "") != DISMISSED, is_open, is_its_turn())
        .order_by(col(OutboxRow.id))
    )
    return [StuckMessage.of(row) for row in session.scalars(statement)]


def put_back(session: Session, number: int, *, now: datetime) -> bool:
    """Put a stuck message back into the outbox, and what was to follow it.

    False if it is not stuck, or has no text.
    """
    statement = (
        update(OutboxRow)
        .where(
            _is_or_follows(number),
            col(OutboxRow.state).in_([*STUCK]),
            col(OutboxRow.payload_json).is_not(None),
        )
        .values(
            state=State.PENDING,
            attempts=0,
            failures=0,
            is_in_doubt=0,
            clean_looks=0,
            failed_looks=0,
            not_before=now,
            last_error=None,
        )
    )
    return count_changed(session, statement.execution_options(synchronize_session=False)) > 0


def dismiss(session: Session, number: int) -> bool:
    """Dismiss a stuck message, so that it and what follows it are not sent; False without one."""
    is_stuck = any(message.number == number for message in list_stuck(session))
    if is_stuck:
        session.execute(
            update(OutboxRow)
            .where(_is_or_follows(number), col(OutboxRow.state) != State.SENT)
            .values(state=State.DEAD, last_error=DISMISSED),
            execution_options={"synchronize_session": False},
        )
    return is_stuck


def _is_or_follows(number: int) -> ColumnElement[bool]:
    key = select(col(OutboxRow.dedupe_key)).where(col(OutboxRow.id) == number).scalar_subquery()
    return or_(col(OutboxRow.id) == number, col(OutboxRow.follows) == key)


def last_sent(session: Session, subscription_ids: Collection[int]) -> dict[int, datetime]:
    """Return the moment of each subscription's newest sent message, where it has one."""
    of = col(OutboxRow.subscription_id)
    statement = (
        select(of, func.max(col(OutboxRow.sent_at)))
        .where(of.in_([*subscription_ids]), col(OutboxRow.sent_at).is_not(None))
        .group_by(of)
    )
    return dict(session.execute(statement).all())
