"""Which weeks of a subscription were planned: each once, with the message it led to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from itertools import takewhile

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from storage.delivery import outbox
from storage.store.statements import insert_new
from storage.tables.delivery import DigestRunRow, OutboxRow

_IS_ITS_MESSAGE = and_(
    col(OutboxRow.subscription_id) == col(DigestRunRow.subscription_id),
    col(OutboxRow.due_at) == col(DigestRunRow.due_at),
)


@unique
class RunOutcome(StrEnum):
    """What planning a week came to."""

    QUEUED = "queued"
    SKIPPED_STALE = "skipped_stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRun:
    """A week of a subscription, planned.

    ``figures`` is what the digest says, as JSON, to compare the next one with.
    """

    subscription_id: int
    week: str
    due_at: datetime
    outcome: RunOutcome
    data_version: int = 0
    figures: str | None = None


def planned_weeks(session: Session, subscription_id: int) -> set[str]:
    """Return the weeks that were planned, whatever came of it."""
    statement = select(col(DigestRunRow.week)).where(
        col(DigestRunRow.subscription_id) == subscription_id
    )
    return set(session.scalars(statement))


def record(session: Session, run: DigestRun, *parcels: outbox.Parcel, now: datetime) -> bool:
    """Write down a planned week and enqueue what it says; all is committed, or nothing.

    Returns
    -------
    bool
        False if somebody else planned the week first: then nothing is enqueued.
    """
    number = insert_new(
        session,
        DigestRunRow,
        subscription_id=run.subscription_id,
        week=run.week,
        due_at=run.due_at,
        planned_at=now,
        outcome=run.outcome,
        data_version=run.data_version,
        figures=run.figures,
    )
    if number is None:
        return False
    for parcel in parcels:
        outbox.enqueue(session, parcel, now=now)
    return True


def weeks_missed(session: Session, subscription_id: int, *, before: str) -> tuple[str, ...]:
    """Return the weeks without a digest since the newest one before a week, the oldest first."""
    week = col(DigestRunRow.week)
    runs = (
        select(week, col(OutboxRow.sent_at))
        .outerjoin(OutboxRow, _IS_ITS_MESSAGE)
        .where(col(DigestRunRow.subscription_id) == subscription_id, week < before)
    )
    newest_first = session.execute(runs.order_by(week.desc())).all()
    missed = takewhile(lambda run: run[1] is None, newest_first)
    return tuple(reversed([week for week, _ in missed]))


def last_due(session: Session, subscription_id: int, *, before: str) -> datetime | None:
    """Return when the newest digest that a channel got, of the weeks before one, was due."""
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


def last_figures(session: Session, subscription_id: int, *, before: str) -> str | None:
    """Return what a subscription's newest digest of the weeks before one said, as JSON.

    None if there is none that its channel got: what was not sent has told nobody anything.
    """
    statement = (
        select(col(DigestRunRow.figures))
        .join(OutboxRow, _IS_ITS_MESSAGE)
        .where(
            col(OutboxRow.sent_at).is_not(None),
            col(DigestRunRow.subscription_id) == subscription_id,
            col(DigestRunRow.outcome) == RunOutcome.QUEUED,
            col(DigestRunRow.week) < before,
        )
        .order_by(col(DigestRunRow.week).desc())
        .limit(1)
    )
    found: str | None = session.scalar(statement)
    return found
