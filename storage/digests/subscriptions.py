"""Subscriptions to weekly and monthly digests: their channel, content, schedules and state."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Any, Self

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Session, col

from metrics.rollup import Scope
from metrics.schedules import WEEK, Weekday, WeeklySchedule, this_monday, weeks_due
from storage.digests.runs import DigestRun, RunOutcome, record
from storage.store.statements import insert_new
from storage.tables.delivery import ScheduleRow, SubscriptionRow, SubscriptionState
from storage.tables.scopes import read_scope_text, scope_text


@unique
class DigestPeriod(StrEnum):
    """Periods that a digest can show."""

    LAST_MONTH = "last-month"
    QUARTER_TO_DATE = "quarter-to-date"
    TTM = "ttm"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContent:
    """The figures that a digest shows.

    Attributes
    ----------
    is_monthly : bool
        Whether it shows each month once, when that has closed, and is quiet in other weeks.
    """

    scope: Scope = ()
    dimension: str
    period: DigestPeriod = DigestPeriod.LAST_MONTH
    is_monthly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """The channel that a digest is posted in, and the owner who answers for it."""

    team_id: str
    channel_id: str
    owner_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStatus:
    """State of a subscription, and when anything of the subscription changed last.

    Attributes
    ----------
    reason : str, optional
        Why it is suspended, in one word of Slack's or ours.
    """

    state: SubscriptionState
    reason: str | None = None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel's digest.

    Attributes
    ----------
    schedules : tuple of WeeklySchedule
        The earliest first; a week goes by the newest that begins by then.
    """

    id: int
    destination: Destination
    content: DigestContent
    schedules: tuple[WeeklySchedule, ...]
    status: SubscriptionStatus
    created_at: datetime

    @classmethod
    def of(cls, row: SubscriptionRow, schedules: Iterable[WeeklySchedule]) -> Self:
        """Read a stored row."""
        return cls(
            id=row.id or 0,
            destination=Destination(
                team_id=row.team_id, channel_id=row.channel_id, owner_id=row.owner_id
            ),
            content=DigestContent(
                scope=read_scope_text(row.scope),
                dimension=row.dimension,
                period=DigestPeriod(row.period),
                is_monthly=bool(row.is_monthly),
            ),
            schedules=tuple(schedules),
            status=SubscriptionStatus(
                state=SubscriptionState(row.state), reason=row.reason, changed_at=row.changed_at
            ),
            created_at=row.created_at,
        )


def add(
    session: Session,
    destination: Destination,
    content: DigestContent,
    schedule: WeeklySchedule,
    *,
    now: datetime,
) -> Subscription:
    """Store a subscription; it is active at once."""
    row = SubscriptionRow(
        **asdict(destination),
        state=SubscriptionState.ACTIVE,
        **_content_columns(content),
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()  # the schedule needs the row's number
    _store_schedule(session, row, schedule)
    return _read(session, row)


def get(session: Session, number: int | None) -> Subscription | None:
    """Return a subscription by its id, even a removed one; None if there never was one."""
    row = None if number is None else session.get(SubscriptionRow, number)
    return None if row is None else _read(session, row)


def list_in(session: Session, channel_id: str) -> list[Subscription]:
    """List a channel's subscriptions that are not removed, the oldest first."""
    return _list(session, _IS_KEPT, col(SubscriptionRow.channel_id) == channel_id)


def list_active(session: Session) -> list[Subscription]:
    """List the active subscriptions, the oldest first."""
    return _list(session, col(SubscriptionRow.state) == SubscriptionState.ACTIVE)


def list_all(session: Session) -> list[Subscription]:
    """List every subscription that is not removed, the oldest first."""
    return _list(session, _IS_KEPT)


def change(
    session: Session,
    number: int,
    content: DigestContent,
    *,
    schedule: WeeklySchedule | None = None,
    now: datetime,
) -> Subscription:
    """Store another content of a subscription, and another schedule if one is given.

    The schedule counts from the week after this one on, whatever its ``from_monday`` says.
    """
    row = session.get_one(SubscriptionRow, number)
    for column, value in {**_content_columns(content), "changed_at": now}.items():
        setattr(row, column, value)
    if schedule is not None:
        # the week that has begun keeps its own, so that it is neither skipped nor repeated
        monday = this_monday(_read(session, row).schedules, now) + WEEK
        _store_schedule(session, row, replace(schedule, from_monday=monday))
    session.flush()
    return _read(session, row)


def set_state(
    session: Session,
    number: int,
    state: SubscriptionState,
    *,
    now: datetime,
    reason: str | None = None,
) -> Subscription:
    """Pause, suspend, resume or remove a subscription."""
    row = session.get_one(SubscriptionRow, number)
    if row.state == SubscriptionState.REMOVED:  # for good: a late click must not bring it back
        return _read(session, row)
    is_resumed = row.state != state == SubscriptionState.ACTIVE
    row.state, row.reason, row.changed_at = state, reason, now
    session.flush()
    subscription = _read(session, row)
    if is_resumed:  # else the weeks of the pause would all be late at once
        _pass_over(session, subscription, now=now)
    return subscription


_IS_KEPT = col(SubscriptionRow.state) != SubscriptionState.REMOVED


def _list(session: Session, *conditions: ColumnElement[bool]) -> list[Subscription]:
    statement = select(SubscriptionRow).where(*conditions).order_by(col(SubscriptionRow.id))
    rows = session.scalars(statement).all()
    schedules = _schedules(session, [row.id or 0 for row in rows])
    return [Subscription.of(row, schedules[row.id or 0]) for row in rows]


def _read(session: Session, row: SubscriptionRow) -> Subscription:
    number = row.id or 0
    return Subscription.of(row, _schedules(session, [number])[number])


def _schedules(session: Session, numbers: list[int]) -> Mapping[int, list[WeeklySchedule]]:
    statement = (
        select(ScheduleRow)
        .where(col(ScheduleRow.subscription_id).in_(numbers))
        .order_by(col(ScheduleRow.from_monday))
    )
    found: defaultdict[int, list[WeeklySchedule]] = defaultdict(list)
    for row in session.scalars(statement):
        schedule = WeeklySchedule(
            weekday=Weekday(row.weekday),
            hour=row.hour,
            time_zone=row.time_zone,
            from_monday=row.from_monday,
        )
        found[row.subscription_id].append(schedule)
    return found


def _store_schedule(session: Session, row: SubscriptionRow, schedule: WeeklySchedule) -> None:
    session.execute(  # of two changes in one week the later counts
        delete(ScheduleRow).where(
            col(ScheduleRow.subscription_id) == row.id,
            col(ScheduleRow.from_monday) >= schedule.from_monday,
        )
    )
    insert_new(
        session,
        ScheduleRow,
        subscription_id=row.id,
        **asdict(schedule),
    )


def passed_over(subscription: Subscription) -> RunOutcome:
    """Return the outcome of a week that is not looked at: a monthly digest misses nothing by it."""
    return RunOutcome.QUIET if subscription.content.is_monthly else RunOutcome.SKIPPED_STALE


def _pass_over(session: Session, subscription: Subscription, *, now: datetime) -> None:
    for due in weeks_due(subscription.schedules, since=subscription.created_at, now=now):
        run = DigestRun(
            subscription_id=subscription.id,
            week=due.week,
            due_at=due.due_at,
            outcome=passed_over(subscription),
        )
        record(session, run, now=now)  # weeks that are planned already stay as they are


def _content_columns(content: DigestContent) -> dict[str, Any]:
    return {
        "scope": scope_text(content.scope),
        "dimension": content.dimension,
        "period": content.period,
        "is_monthly": int(content.is_monthly),
    }
