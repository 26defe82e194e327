"""Claims on messages of the outbox: each is taken by one worker at a time, with a lease."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.delivery.outbox import update_row
from storage.delivery.parcels import (
    WAITING,
    Address,
    Attempts,
    Body,
    Claim,
    Doubt,
    Lease,
    Location,
    Parcel,
    ParcelBasis,
    State,
)
from storage.tables.delivery import OutboxRow

LEASE = timedelta(seconds=120)
CHANNEL_PACE = timedelta(seconds=1)  # Slack takes about one message a second in one channel
CANDIDATES = 20  # rows tried before a claim waits for its next turn: others may win each of them
RATE_LIMITED = "ratelimited"  # the error of a message whose whole channel waits with it
PICTURES_WITHIN = timedelta(hours=1)  # after its message was sent a picture is still worth showing


def is_its_turn() -> ColumnElement[bool]:
    """Make the condition that a message follows none, or one that is sent."""
    parent = aliased(OutboxRow)
    is_parent_sent = exists().where(
        col(parent.dedupe_key) == col(OutboxRow.follows), col(parent.state) == State.SENT
    )
    return or_(col(OutboxRow.follows).is_(None), is_parent_sent)


def claim(session: Session, *, owner: str, now: datetime, team_id: str) -> Claim | None:
    """Take the message to a workspace that has waited longest; None if none may be sent just now.

    The caller commits before it says anything to Slack.
    """
    given = {
        "now": now,
        "just_now": now - CHANNEL_PACE,
        "lately": now - PICTURES_WITHIN,
        "team_id": team_id,
    }
    for row in session.scalars(_claimable(), given).all():
        doubt = Doubt(row.clean_looks, row.failed_looks) if row.is_in_doubt else None
        # whoever had it before may have posted it and died before writing that down
        is_abandoned = row.state in (State.SENDING, State.UNKNOWN)
        lease = Lease(
            row_id=row.id or 0, owner=owner, generation=row.generation + 1, until=now + LEASE
        )
        taken = update_row(
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
            claimed = _read_claim(row, lease, attempts, doubt or abandoned)
            return claimed if row.follows is None else _in_thread(session, claimed, row.follows)
    return None


def _in_thread(session: Session, claimed: Claim, parent_key: str) -> Claim:
    parent = select(OutboxRow).where(col(OutboxRow.dedupe_key) == parent_key)
    row = session.scalars(parent).one()
    where = replace(claimed.location, channel_id=row.slack_channel_id, thread_ts=row.slack_ts)
    return replace(claimed, location=where)


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
            basis=ParcelBasis(scope=row.scope, data_version=row.data_version),
            follows=row.follows,
        ),
        attempts=attempts,
        doubt=doubt,
        location=Location(channel_id=row.slack_channel_id, ts=row.slack_ts),
        state=State(row.state),
        picture_state=row.picture_state,
        update=row.updates_wanted if row.updates_wanted > row.updates_made else None,
    )


def wants_update() -> ColumnElement[bool]:
    """Select the posted messages that do not say yet what became of what they tell of."""
    return and_(
        col(OutboxRow.state) == State.SENT,
        col(OutboxRow.updates_wanted) > col(OutboxRow.updates_made),
        col(OutboxRow.payload_json).is_not(None),
    )


@cache  # a courier asks every second: to make the statement takes longer than to run it
def _claimable() -> Select[OutboxRow]:
    row, other = OutboxRow, aliased(OutboxRow)
    now: BindParameter[datetime] = bindparam("now")
    is_due = col(row.not_before) <= now
    is_free = or_(col(row.lease_until).is_(None), col(row.lease_until) <= now)
    in_flight = and_(col(other.state) == State.SENDING, col(other.lease_until) > now)
    # What was sent later than now was sent before the clock was set back.
    just_sent = and_(col(other.sent_at) > bindparam("just_now"), col(other.sent_at) <= now)
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
        col(row.sent_at) > bindparam("lately"),
    )
    return (
        select(row)
        .where(or_(col(row.state).in_(WAITING), wants_pictures, wants_update()))
        .where(col(row.team_id) == bindparam("team_id"))
        .where(is_due, is_free, ~is_channel_busy, is_its_turn())
        .order_by(col(row.not_before), col(row.id))
        .limit(CANDIDATES)
    )
