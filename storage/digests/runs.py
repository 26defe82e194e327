"""Weeks of subscriptions that were planned: each once, together with its message."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum, unique
from itertools import takewhile

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from storage.delivery import outbox, parcels
from storage.store.statements import insert_new
from storage.tables.delivery import DigestRunRow, OutboxRow

_IS_ITS_MESSAGE = and_(
    col(OutboxRow.subscription_id) == col(DigestRunRow.subscription_id),
    col(OutboxRow.due_at) == col(DigestRunRow.due_at),
    col(OutboxRow.follows).is_(None),  # what stands in its thread is due with it
)


@unique
class RunOutcome(StrEnum):
    """Outcomes of planning a week."""

    QUEUED = "queued"
    SKIPPED_STALE = "skipped_stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRun:
    """A planned week of a subscription.

    Attributes
    ----------
    fingerprint : str, optional
        A hash of the figures, by which the next digest knows whether anything is new.
    """

    subscription_id: int
    week: str
    due_at: datetime
    outcome: RunOutcome
    data_version: int = 0
    fingerprint: str | None = None


def planned_weeks(session: Session, subscription_id: int) -> set[str]:
    """Return the weeks that were planned, whatever the outcome."""
    statement = select(col(DigestRunRow.week)).where(
        col(DigestRunRow.subscription_id) == subscription_id
    )
    return set(session.scalars(statement))


def record(session: Session, run: DigestRun, *parcels: parcels.Parcel, now: datetime) -> bool:
    """Record a planned week and enqueue its parcels, in one transaction.

    Returns
    -------
    bool
        False if another planner recorded the week first: then nothing is enqueued.
    """
    number = insert_new(
        session,
        DigestRunRow,
        planned_at=now,
        **asdict(run),
    )
    if number is None:  # another planner was first: the unique key decides
        return False
    for parcel in parcels:
        outbox.enqueue(session, parcel, now=now)
    return True


def weeks_missed(session: Session, subscription_id: int, *, before: str) -> tuple[str, ...]:
    """Return the weeks without a sent digest just before a week, the oldest first."""
    week = col(DigestRunRow.week)
    runs = (
        select(week, col(OutboxRow.sent_at))
        .outerjoin(OutboxRow, _IS_ITS_MESSAGE)
        .where(col(DigestRunRow.subscription_id) == subscription_id, week < before)
    )
    # backwards until the first that was sent: older gaps were told by that one
    newest_first = session.execute(runs.order_by(week.desc())).all()
    missed = takewhile(lambda run: run[1] is None, newest_first)
    return tuple(reversed([week for week, _ in missed]))


def last_due(session: Session, subscription_id: int, *, before: str) -> datetime | None:
    """Return the moment that the last sent digest before a week was due; None without one."""
    statement = (
        select(func.max(col(DigestRunRow.due_at)))
        .join(OutboxRow, _IS_ITS_MESSAGE)
        .where(
            col(OutboxRow.sent_at).is_not(None),
            col(DigestRunRow.subscription_id) == subscription_id,
            col(DigestRunRow.week) < before,
        )
    )
    found: datetime | None = session.scalar(statement)
    return found


def last_fingerprint(session: Session, subscription_id: int, *, before: str) -> str | None:
    """Return the fingerprint of the last sent digest before a week; None without one."""
    statement = (
        select(col(DigestRunRow.fingerprint))
        .join(OutboxRow, _IS_ITS_MESSAGE)
        .where(
            col(OutboxRow.sent_at).is_not(None),  # an unsent digest has told nobody its figures
            col(DigestRunRow.subscription_id) == subscription_id,
            col(DigestRunRow.outcome) == RunOutcome.QUEUED,
            col(DigestRunRow.week) < before,
        )
        .order_by(col(DigestRunRow.week).desc())
        .limit(1)
    )
    found: str | None = session.scalar(statement)
    return found
