"""The outbox: messages enqueued with the fact they tell of, and what workers write of their claims.

A claim is a lease. A worker that lets it run out is fenced: by then another may have the row, and
nothing that the first one still writes lands.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, literal, or_, select, update
from sqlmodel import Session, col

from storage.delivery.parcels import WAITING, Body, Claim, Outcome, Parcel, State
from storage.store.clock import database_now
from storage.store.column_types import UtcDateTime
from storage.store.statements import count_changed, insert_new
from storage.tables.delivery import OutboxPictureRow, OutboxRow


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
        picture_state=_wanted(body),
        created_at=now,
        follows=parcel.follows,
    )
    if number is None:
        return False
    _add_pictures(session, number, body)
    return True


def recipients(session: Session, beginning: str) -> frozenset[str]:
    """Find all to whom messages are addressed whose keys begin alike."""
    alike = col(OutboxRow.dedupe_key).startswith(beginning, autoescape=True)
    return frozenset(session.scalars(select(col(OutboxRow.channel_id)).where(alike).distinct()))


def _wanted(body: Body) -> str:
    return "wanted" if body.pictures or body.files else "none"


def _add_pictures(session: Session, number: int, body: Body) -> None:
    shown = ((one.png, one.alt_text, None) for one in body.pictures)
    attached = ((one.content, "", one.name) for one in body.files)
    for position, (content, alt_text, name) in enumerate((*shown, *attached)):
        session.add(
            OutboxPictureRow(
                outbox_id=number, position=position, png=content, alt_text=alt_text, name=name
            )
        )


def settle(session: Session, claim: Claim, outcome: Outcome, *, now: datetime) -> bool:
    """Write the outcome of a claim into its row; False, and nothing written, if it was fenced."""
    is_sent = outcome.state is State.SENT and claim.state is not State.SENT
    known = {
        "slack_channel_id": outcome.location.channel_id,
        "slack_ts": outcome.location.ts,
        "picture_state": outcome.picture_state,
        "updates_made": outcome.update,
        "sent_at": now if is_sent else None,
    }
    return update_row(
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

    One that is posted is to be updated, also where it has no picture any more.
    """
    number = claim.lease.row_id
    written = update_row(
        session,
        _held(claim),
        scope=parcel.basis.scope,
        payload_json=parcel.body.payload_json,
        data_version=parcel.basis.data_version,
        picture_state=_wanted(parcel.body),
        updates_wanted=col(OutboxRow.updates_wanted) + int(claim.state is State.SENT),
    )
    if written:
        of = col(OutboxPictureRow.outbox_id) == number
        session.execute(delete(OutboxPictureRow).where(of))
        _add_pictures(session, number, parcel.body)
    return written


def want_updates(session: Session, where: ColumnElement[bool], *, now: datetime) -> int:
    """Let posted messages be updated, and those on their way once they are; count both.

    A message that is forgotten, or never came, cannot be.
    """
    kept = where, col(OutboxRow.payload_json).is_not(None)
    wanted = (
        update(OutboxRow)
        .where(*kept, col(OutboxRow.state).in_((State.SENT, *WAITING)))
        .values(updates_wanted=col(OutboxRow.updates_wanted) + 1)
    )
    # a worker that has one in hand writes its own attempts: the update is there when it is done
    is_free = col(OutboxRow.state) == State.SENT, col(OutboxRow.owner).is_(None)
    at_once = (
        update(OutboxRow)
        .where(*kept, *is_free)
        .values(not_before=min(now, database_now(session) or now), attempts=0, failures=0)
    )
    count = count_changed(session, wanted.execution_options(synchronize_session=False))
    session.execute(at_once.execution_options(synchronize_session=False))
    return count


def is_held(session: Session, claim: Claim) -> bool:
    """Tell whether a claim is still its worker's: nobody has taken the row over."""
    return session.scalar(select(func.count()).where(*_held(claim))) == 1


def note_call(session: Session, claim: Claim, *, at: datetime) -> bool:
    """Store when a message is posted or looked for, by Slack's clock; False if fenced."""
    first_at = func.coalesce(col(OutboxRow.first_attempt_at), literal(at, UtcDateTime))
    return update_row(session, _held(claim), first_attempt_at=first_at, last_call_at=at)


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
    return update_row(session, _held(claim), slack_channel_id=slack_channel_id)


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


def blank_payloads(
    session: Session, *, before: datetime, but: Collection[str] = frozenset()
) -> int:
    """Forget the text of settled messages from before a moment; return their number.

    So long after, one that follows another will not be sent any more, settled or not. ``but`` are
    the keys of messages that are still to be updated one day.
    """
    is_settled = col(OutboxRow.state).not_in(WAITING)
    statement = (
        update(OutboxRow)
        .where(col(OutboxRow.created_at) < before, col(OutboxRow.payload_json).is_not(None))
        .where(or_(is_settled, col(OutboxRow.follows).is_not(None)))
        .where(col(OutboxRow.dedupe_key).not_in(sorted(but)))
        .values(payload_json=None)
    )
    return count_changed(session, statement)


def _held(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OutboxRow.id) == claim.lease.row_id,
        col(OutboxRow.owner) == claim.lease.owner,
        col(OutboxRow.generation) == claim.lease.generation,
    )


def update_row(session: Session, where: Iterable[ColumnElement[bool]], **values: Any) -> bool:  # noqa: ANN401
    """Write values into the row that meets all conditions; False if none does."""
    statement = update(OutboxRow).where(*where).values(**values)
    # rows in the session are refreshed by whoever needs them
    return count_changed(session, statement.execution_options(synchronize_session=False)) == 1
