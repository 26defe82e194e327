"""Weeks of subscriptions that were planned: each once, together with its message."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum, unique
from itertools import takewhile

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from storage.delivery import outbox, parcels
from storage.delivery.parcels import WAITING, State
from storage.digests.stuck import DISMISSED
from storage.store.statements import insert_new
from storage.tables.delivery import DigestRunRow, OutboxRow

_IS_ITS_MESSAGE = and_(
    col(OutboxRow.subscription_id) == col(DigestRunRow.subscription_id),
    col(OutboxRow.due_at) == col(DigestRunRow.due_at),
    col(OutboxRow.follows).is_(None),  # what stands in its thread is due with it
)

_IS_TOLD = or_(
    col(OutboxRow.state).in_([State.SENT, State.NEEDS_ATTENTION]),
    and_(col(OutboxRow.is_in_doubt) == 1, col(OutboxRow.state).not_in([*WAITING])),
    func.coalesce(col(OutboxRow.last_error), "") == DISMISSED,
)


@unique
class RunOutcome(StrEnum):
    """Outcomes of planning a week; quiet is one of a monthly digest without another month."""

    QUEUED = "queued"
    SKIPPED_STALE = "skipped_stale"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRun:
    """A planned week of a subscription.

    Attributes
    ----------
    fingerprint : str, optional
        A hash of the figures, by which the next digest knows whether anything is new.
    month : date, optional
        The first day of the closed month that it tells of; None where that is no single month.
    """

    subscription_id: int
    week: str
    due_at: datetime
    outcome: RunOutcome
    data_version: int = 0
    fingerprint: str | None = None
    month: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldMonth:
    """The newest month that a channel was told by a digest, and whether one is on its way yet.

    A digest that Slack may have without saying so counts as told: in doubt none is repeated.
    """

    month: date | None = None
    is_on_its_way: bool = False


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
    """Return the weeks without a sent digest just before a week, the oldest first.

    Quiet ones are left out: nothing was to be sent.
    """
    week = col(DigestRunRow.week)
    runs = (
        select(week, col(OutboxRow.sent_at))
        .outerjoin(OutboxRow, _IS_ITS_MESSAGE)
        .where(
            col(DigestRunRow.subscription_id) == subscription_id,
            col(DigestRunRow.outcome) != RunOutcome.QUIET,
            week < before,
        )
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


def told_month(session: Session, subscription_id: int) -> ToldMonth:
    """Find the newest month that a subscription's channel was told."""
    statement = (
        select(
            col(DigestRunRow.month),
            col(OutboxRow.state),
            _IS_TOLD.label("is_told"),
        )
        .join(OutboxRow, _IS_ITS_MESSAGE)
        .where(
            col(DigestRunRow.subscription_id) == subscription_id,
            col(DigestRunRow.month).is_not(None),
        )
    )
    rows = session.execute(statement).all()
    return ToldMonth(
        month=max((row.month for row in rows if row.is_told), default=None),
        is_on_its_way=any(row.state in WAITING for row in rows),
    )
