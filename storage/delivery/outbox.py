"""The outbox: messages enqueued with the fact they tell of, claimed by one worker at a time.

A claim is a lease. A worker that lets it run out is fenced: by then another may have the row, and
nothing that the first one still writes lands.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.store.clock import database_now
from storage.store.column_types import UtcDateTime
from storage.store.statements import count_changed, insert_new
from storage.tables.delivery import OutboxPictureRow, OutboxRow

LEASE = timedelta(seconds=120)
CHANNEL_PACE = timedelta(seconds=1)  # Slack takes about one message a second in one channel
CANDIDATES = 20  # rows tried before a claim waits for its next turn: others may win each of them
RATE_LIMITED = "ratelimited"  # the error of a message whose whole channel waits with it
PICTURES_WITHIN = timedelta(hours=1)  # after its message was sent a picture is still worth showing


@unique
class State(StrEnum):
    """The states of a message from enqueued to settled."""

    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DEAD = "dead"
    SUSPENDED = "suspended"
    SKIPPED_STALE = "skipped_stale"
    NEEDS_ATTENTION = "needs_attention"


WAITING = frozenset({State.PENDING, State.SENDING, State.UNKNOWN})  # it can still be sent


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, what it shows in words, and its file at Slack once that has an id."""

    png: bytes
    alt_text: str
    file_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The channel or person that a message goes to, and the subscription that it is for."""

    team_id: str
    channel_id: str  # a user id for a direct message
    subscription_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The scope and the data version of a message's figures; the default is of no figures."""

    scope: str = ""
    data_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Text and blocks of a message as they will be posted, and pictures that follow them."""

    payload_json: str
    pictures: tuple[Picture, ...] = ()  # empty in a claim, see `storage.delivery.pictures`


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A message to enqueue; the same message has the same key, however often it is enqueued."""

    dedupe_key: str
    kind: str
    address: Address
    body: Body
    due_at: datetime  # when the recipient expects it
    basis: Basis = Basis()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A row of the outbox that is one worker's until a moment."""

    row_id: int
    owner: str
    generation: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Attempts to send a message, this claim included.

    Attributes
    ----------
    count : int
        Those that may not be repeated for ever.
    first_at : datetime, optional
        When it was first posted, by Slack's clock; None if it never was.
    last_call_at : datetime, optional
        When it was last posted or looked for, by Slack's clock.
    failures : int
        How often Slack gave no clear answer.
    """

    count: int
    first_at: datetime | None
    last_call_at: datetime | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """Slack may have a message already: history is read before it is posted again."""

    clean_looks: int = 0  # how often in a row history did not hold it
    failed_looks: int = 0  # how often in a row history could not be read
    is_abandoned: bool = False  # who posted it may still be waiting for the answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """The conversation and the time stamp of a message at Slack, as far as they are known."""

    channel_id: str | None = None
    ts: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A message that one worker may carry; its state is `State.SENT` if only pictures are left."""

    lease: Lease
    parcel: Parcel
    attempts: Attempts
    doubt: Doubt | None
    location: Location
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """The moment of the next claim, at once if None, and whether this one used up an attempt."""

    not_before: datetime | None = None
    is_counted: bool = True
    is_failure: bool = False  # Slack gave no clear answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The end of a claim; its error is one word of Slack's or ours, never the text."""

    state: State
    error: str | None = None
    retry: Retry = Retry()
    doubt: Doubt | None = None
    location: Location = Location()
    picture_state: str | None = None


def enqueue(session: Session, parcel: Parcel, *, now: datetime) -> bool:
    """Put a message on its way; False if one with its key is known already."""
    address, basis, body = parcel.address, parcel.basis, parcel.body
    number = insert_new(
        session,
        OutboxRow,
        dedupe_key=parcel.dedupe_key,
        kind=parcel.kind,
        team_id=address.team_id,
        channel_id=address.channel_id,
        subscription_id=address.subscription_id,
        scope=basis.scope,
        payload_json=body.payload_json,
        data_version=basis.data_version,
        due_at=parcel.due_at,
        state=State.PENDING,
        # who enqueues may have another clock than who claims
        not_before=min(now, database_now(session) or now),
        picture_state="wanted" if body.pictures else "none",
        created_at=now,
    )
    if number is None:
        return False
    _add_pictures(session, number, body.pictures)
    return True


def _add_pictures(session: Session, number: int, pictures: Iterable[Picture]) -> None:
    for position, picture in enumerate(pictures):
        png, alt_text = picture.png, picture.alt_text
        session.add(
            OutboxPictureRow(outbox_id=number, position=position, png=png, alt_text=alt_text)
        )


def claim(session: Session, *, owner: str, now: datetime) -> Claim | None:
    """Take the message that has waited longest; None if nothing may be sent just now.

    The caller commits before it says anything to Slack.
    """
    for row in session.scalars(_claimable(now)).all():
        doubt = Doubt(row.clean_looks, row.failed_looks) if row.is_in_doubt else None
        # whoever had it before may have posted it and died before writing that down
        is_abandoned = row.state in (State.SENDING, State.UNKNOWN)
        lease = Lease(
            row_id=row.id or 0, owner=owner, generation=row.generation + 1, until=now + LEASE
        )
        taken = _update(
            session,
            # of two who read the same row one gets it: the other finds another generation
            (col(OutboxRow.id) == row.id, col(OutboxRow.generation) == row.generation),
            state=State.SENT if row.state == State.SENT else State.SENDING,
            owner=lease.owner,
            generation=lease.generation,
            lease_until=lease.until,
            attempts=row.attempts + 1,
            is_in_doubt=int(row.is_in_doubt or is_abandoned),
            last_attempt_at=now,
        )
        if taken:
            session.refresh(row)
            attempts = Attempts(
                count=row.attempts,
                first_at=row.first_attempt_at,
                last_call_at=row.last_call_at,
                failures=row.failures,
            )
            abandoned = Doubt(is_abandoned=True) if row.is_in_doubt else None
            return _read_claim(row, lease, attempts, doubt or abandoned)
    return None


def _read_claim(row: OutboxRow, lease: Lease, attempts: Attempts, doubt: Doubt | None) -> Claim:
    address = Address(
        team_id=row.team_id, channel_id=row.channel_id, subscription_id=row.subscription_id
    )
    return Claim(
        lease=lease,
        parcel=Parcel(
            dedupe_key=row.dedupe_key,
            kind=row.kind,
            address=address,
            body=Body(payload_json=row.payload_json or ""),
            due_at=row.due_at,
            basis=Basis(scope=row.scope, data_version=row.data_version),
        ),
        attempts=attempts,
        doubt=doubt,
        location=Location(channel_id=row.slack_channel_id, ts=row.slack_ts),
        state=State(row.state),
    )


def settle(session: Session, claim: Claim, outcome: Outcome, *, now: datetime) -> bool:
    """Write the outcome of a claim into its row; False, and nothing written, if it was fenced."""
    is_sent = outcome.state is State.SENT and claim.state is not State.SENT
    known = {
        "slack_channel_id": outcome.location.channel_id,
        "slack_ts": outcome.location.ts,
        "picture_state": outcome.picture_state,
        "sent_at": now if is_sent else None,
    }
    return _update(
        session,
        _held(claim),
        state=outcome.state,
        owner=None,
        lease_until=None,
        not_before=outcome.retry.not_before or now,
        last_error=outcome.error,
        # a sent message has its attempts behind it: its pictures have their own
        attempts=0 if is_sent else claim.attempts.count - (not outcome.retry.is_counted),
        failures=0 if is_sent else claim.attempts.failures + outcome.retry.is_failure,
        is_in_doubt=int(outcome.doubt is not None),
        clean_looks=outcome.doubt.clean_looks if outcome.doubt else 0,
        failed_looks=outcome.doubt.failed_looks if outcome.doubt else 0,
        **{name: value for name, value in known.items() if value is not None},
    )


def rewrite(session: Session, claim: Claim, parcel: Parcel) -> bool:
    """Put another text and other pictures in a message's place; False if it was fenced.

    One that is sent is still to be updated, also where it has no picture any more.
    """
    number, pictures = claim.lease.row_id, parcel.body.pictures
    is_update = claim.state is State.SENT
    written = _update(
        session,
        _held(claim),
        scope=parcel.basis.scope,
        payload_json=parcel.body.payload_json,
        data_version=parcel.basis.data_version,
        picture_state="wanted" if pictures or is_update else "none",
    )
    if written:
        of = col(OutboxPictureRow.outbox_id) == number
        session.execute(delete(OutboxPictureRow).where(of))
        _add_pictures(session, number, pictures)
    return written


def is_held(session: Session, claim: Claim) -> bool:
    """Tell whether a claim is still its worker's: nobody has taken the row over."""
    return session.scalar(select(func.count()).where(*_held(claim))) == 1


def note_call(session: Session, claim: Claim, *, at: datetime) -> bool:
    """Store when a message is posted or looked for, by Slack's clock; False if fenced."""
    first_at = func.coalesce(col(OutboxRow.first_attempt_at), literal(at, UtcDateTime))
    return _update(session, _held(claim), first_attempt_at=first_at, last_call_at=at)


def count_failing(session: Session, *, since: datetime) -> int:
    """Count the messages on their way to which Slack has given no clear answer lately."""
    statement = select(func.count()).where(
        col(OutboxRow.state).in_(WAITING),
        col(OutboxRow.failures) > 0,
        col(OutboxRow.last_attempt_at) > since,
    )
    return session.scalar(statement) or 0


def note_conversation(session: Session, claim: Claim, slack_channel_id: str) -> bool:
    """Store the conversation that a direct message goes to; False if the claim was fenced."""
    return _update(session, _held(claim), slack_channel_id=slack_channel_id)


def suspend_waiting(session: Session, subscription_id: int, *, error: str) -> int:
    """Suspend the messages of a subscription that no worker has in hand; return their number."""
    statement = (
        update(OutboxRow)
        .where(
            col(OutboxRow.subscription_id) == subscription_id, col(OutboxRow.state) == State.PENDING
        )
        .values(state=State.SUSPENDED, last_error=error)
    )
    return count_changed(session, statement)


def blank_payloads(session: Session, *, before: datetime) -> int:
    """Forget the text of settled messages from before a moment; return their number."""
    statement = (
        update(OutboxRow)
        .where(col(OutboxRow.created_at) < before, col(OutboxRow.payload_json).is_not(None))
        .where(col(OutboxRow.state).not_in(WAITING))
        .values(payload_json=None)
    )
    return count_changed(session, statement)


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
        col(OutboxRow.id) == claim.lease.row_id,
        col(OutboxRow.owner) == claim.lease.owner,
        col(OutboxRow.generation) == claim.lease.generation,
    )


def _update(session: Session, where: Iterable[ColumnElement[bool]], **values: Any) -> bool:  # noqa: ANN401
    statement = update(OutboxRow).where(*where).values(**values)
    # rows in the session are refreshed by whoever needs them
    return count_changed(session, statement.execution_options(synchronize_session=False)) == 1
