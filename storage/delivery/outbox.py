"""The outbox: messages enqueued with the fact they tell of, claimed by one worker at a time.

A claim is a lease. Whoever lets it run out is fenced: by then somebody else may have the row, and
nothing that the first one still writes lands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.store.statements import insert_new
from storage.tables.delivery import OutboxPictureRow, OutboxRow

LEASE = timedelta(seconds=120)
CHANNEL_PACE = timedelta(seconds=1)
"""Slack takes about one message a second in one channel."""
CANDIDATES = 20
"""How many rows are tried before the claim waits for its next turn."""
RATE_LIMITED = "ratelimited"
"""The error of a message whose whole channel waits until it may go."""
PICTURES_WITHIN = timedelta(hours=1)
"""How long after it was sent a message may still get its pictures."""


@unique
class State(StrEnum):
    """Where a message is on its way."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DEAD = "dead"
    SUSPENDED = "suspended"
    SKIPPED_STALE = "skipped_stale"
    NEEDS_ATTENTION = "needs_attention"


WAITING = frozenset({State.PENDING, State.SENDING, State.UNKNOWN})
"""The states from which a message can still be sent."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, what it shows in words, and its file at Slack once that has an id."""

    png: bytes
    alt_text: str
    file_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message to enqueue.

    Attributes
    ----------
    dedupe_key : str
        The same for the same message, however often it is enqueued.
    channel_id : str
        A channel, or a user id for a direct message.
    payload_json : str
        Text and blocks, as they will be posted.
    due_at : datetime
        When the person expects it.
    """

    dedupe_key: str
    kind: str
    team_id: str
    channel_id: str
    scope: str
    payload_json: str
    data_version: int
    due_at: datetime
    subscription_id: int | None = None
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A row that is one worker's until ``lease_until``.

    ``is_in_doubt`` says that Slack may have it already: history is read before it is posted.
    """

    id: int
    dedupe_key: str
    kind: str
    team_id: str
    channel_id: str
    subscription_id: int | None
    scope: str
    payload_json: str
    data_version: int
    due_at: datetime
    owner: str
    generation: int
    lease_until: datetime
    attempts: int
    is_in_doubt: bool
    clean_looks: int
    first_attempt_at: datetime
    last_attempt_at: datetime | None
    """When it was last claimed before this claim."""
    slack_channel_id: str | None
    slack_ts: str | None
    state: State
    """`State.SENDING`; `State.SENT` where only its pictures are missing."""

    @classmethod
    def of(cls, row: OutboxRow, *, last_attempt_at: datetime | None) -> Self:
        """Read a row that has just been claimed."""
        taken = {name: getattr(row, name) for name in cls.__slots__}
        return cls(
            **taken
            | {
                "payload_json": row.payload_json or "",
                "is_in_doubt": bool(row.is_in_doubt),
                "state": State(row.state),
                "last_attempt_at": last_attempt_at,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a claim.

    Attributes
    ----------
    not_before : datetime, optional
        When it may be claimed again; at once when left out.
    error : str, optional
        One word of Slack's or ours; never what was said.
    is_counted : bool
        Whether it was one of the attempts that a message has; waiting is none.
    """

    state: State
    not_before: datetime | None = None
    error: str | None = None
    is_counted: bool = True
    is_in_doubt: bool = False
    clean_looks: int = 0
    slack_channel_id: str | None = None
    slack_ts: str | None = None
    picture_state: str | None = None


def enqueue(session: Session, parcel: Parcel, *, now: datetime) -> bool:
    """Put a message on its way; False if one with its key is known already."""
    number = insert_new(
        session,
        OutboxRow,
        dedupe_key=parcel.dedupe_key,
        kind=parcel.kind,
        team_id=parcel.team_id,
        channel_id=parcel.channel_id,
        subscription_id=parcel.subscription_id,
        scope=parcel.scope,
        payload_json=parcel.payload_json,
        data_version=parcel.data_version,
        due_at=parcel.due_at,
        state=State.PENDING,
        not_before=now,
        picture_state="wanted" if parcel.pictures else "none",
        created_at=now,
    )
    if number is None:
        return False
    for position, picture in enumerate(parcel.pictures):
        png, alt_text = picture.png, picture.alt_text
        session.add(
            OutboxPictureRow(outbox_id=number, position=position, png=png, alt_text=alt_text)
        )
    return True


def claim(session: Session, *, owner: str, now: datetime) -> Claim | None:
    """Take the message that has waited longest; None if nothing may be sent just now.

    The caller commits before it says anything to Slack. Of two who read the same row one gets it:
    the other's update finds a generation that is not the one it read.
    """
    for row in session.scalars(_claimable(now)).all():
        last_attempt_at = row.last_attempt_at
        is_abandoned = row.state in (State.SENDING, State.UNKNOWN)
        taken = _update(
            session,
            (col(OutboxRow.id) == row.id, col(OutboxRow.generation) == row.generation),
            state=State.SENT if row.state == State.SENT else State.SENDING,
            owner=owner,
            generation=row.generation + 1,
            lease_until=now + LEASE,
            attempts=row.attempts + 1,
            is_in_doubt=int(row.is_in_doubt or is_abandoned),
            first_attempt_at=row.first_attempt_at or now,
            last_attempt_at=now,
        )
        if taken:
            session.refresh(row)
            return Claim.of(row, last_attempt_at=last_attempt_at)
    return None


def settle(session: Session, claim: Claim, outcome: Outcome, *, now: datetime) -> bool:
    """Write down what became of a claim; False if it was fenced, and then nothing is written."""
    is_sent = outcome.state is State.SENT and claim.state is not State.SENT
    known = {
        "slack_channel_id": outcome.slack_channel_id,
        "slack_ts": outcome.slack_ts,
        "picture_state": outcome.picture_state,
        "sent_at": now if is_sent else None,
    }
    return _update(
        session,
        _held(claim),
        state=outcome.state,
        owner=None,
        lease_until=None,
        not_before=outcome.not_before or now,
        last_error=outcome.error,
        # what was said has its attempts behind it: its pictures have their own
        attempts=0 if is_sent else claim.attempts - (0 if outcome.is_counted else 1),
        is_in_doubt=int(outcome.is_in_doubt),
        clean_looks=outcome.clean_looks,
        **{name: value for name, value in known.items() if value is not None},
    )


def is_held(session: Session, claim: Claim) -> bool:
    """Tell whether a claim has not been taken over."""
    return session.scalar(select(func.count()).where(*_held(claim))) == 1


def note_channel(session: Session, claim: Claim, slack_channel_id: str) -> bool:
    """Store which conversation a direct message goes to, before it goes; False if fenced."""
    return _update(session, _held(claim), slack_channel_id=slack_channel_id)


def suspend_waiting(session: Session, subscription_id: int, *, error: str) -> int:
    """Stop what waits for a subscription's channel and is not in a worker's hands; how many."""
    statement = (
        update(OutboxRow)
        .where(
            col(OutboxRow.subscription_id) == subscription_id,
            col(OutboxRow.state) == State.PENDING,
        )
        .values(state=State.SUSPENDED, last_error=error)
    )
    result: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]
    return result.rowcount


def blank_payloads(session: Session, *, before: datetime) -> int:
    """Forget what was said before a moment; that it was said is kept for ever. Return how many."""
    statement = (
        update(OutboxRow)
        .where(col(OutboxRow.created_at) < before, col(OutboxRow.payload_json).is_not(None))
        .where(col(OutboxRow.state).not_in(WAITING))
        .values(payload_json=None)
    )
    result: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]
    return result.rowcount


def _claimable(now: datetime) -> Select[OutboxRow]:
    row, other = OutboxRow, aliased(OutboxRow)
    is_due = col(row.not_before) <= now
    is_free = or_(col(row.lease_until).is_(None), col(row.lease_until) <= now)
    in_flight = and_(col(other.state) == State.SENDING, col(other.lease_until) > now)
    just_sent = col(other.sent_at) > now - CHANNEL_PACE
    told_to_wait = and_(
        col(other.state).in_(WAITING),
        col(other.last_error) == RATE_LIMITED,
        col(other.not_before) > now,
    )
    is_channel_busy = exists().where(
        col(other.channel_id) == col(row.channel_id),
        col(other.id) != col(row.id),
        or_(in_flight, just_sent, told_to_wait),
    )
    wants_pictures = and_(
        col(row.state) == State.SENT,
        col(row.picture_state) == "wanted",
        col(row.sent_at) > now - PICTURES_WITHIN,
    )
    return (
        select(row)
        .where(or_(col(row.state).in_(WAITING), wants_pictures))
        .where(is_due, is_free, ~is_channel_busy)
        .order_by(col(row.not_before), col(row.id))
        .limit(CANDIDATES)
    )


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OutboxRow.id) == claim.id,
        col(OutboxRow.owner) == claim.owner,
        col(OutboxRow.generation) == claim.generation,
    )


def _update(session: Session, where: Iterable[ColumnElement[bool]], **values: Any) -> bool:  # noqa: ANN401
    """Update at most one row; tell whether there was one."""
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(OutboxRow).where(*where).values(**values),
        execution_options={"synchronize_session": False},
    )
    return result.rowcount == 1
