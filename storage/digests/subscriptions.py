"""Subscriptions: which channel gets a digest, of what, when, and whether it does at present."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum, unique
from typing import Self

from sqlalchemy import ColumnElement, delete, select
from sqlmodel import Session, col

from metrics.rollup import Scope
from metrics.schedules import WEEK, Weekday, WeeklySchedule, weeks_due
from storage.store.statements import insert_new
from storage.tables.delivery import DigestRunRow, ScheduleRow, SubscriptionRow, SubscriptionState
from storage.tables.scopes import read_scope_text, scope_text


@unique
class DigestPeriod(StrEnum):
    """What a digest looks at."""

    LAST_MONTH = "last-month"
    QUARTER_TO_DATE = "quarter-to-date"
    TTM = "ttm"


@unique
class DigestPart(StrEnum):
    """What a digest may leave out; the first two are pictures."""

    BRIDGE = "bridge"
    TREND = "trend"
    DRIVERS = "drivers"
    DIAGNOSIS = "diagnosis"


ALL_PARTS = frozenset(DigestPart)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscription:
    """What a person asks for; its schedule begins with the week that it is then."""

    team_id: str
    channel_id: str
    owner_id: str
    schedule: WeeklySchedule
    dimension: str
    period: DigestPeriod = DigestPeriod.LAST_MONTH
    scope: Scope = ()
    parts: frozenset[DigestPart] = ALL_PARTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A channel's weekly digest, and the person who answers for it.

    Attributes
    ----------
    reason : str, optional
        Why it is suspended, in one word of Slack's or ours.
    schedules : tuple of WeeklySchedule
        The earliest first; a week goes by the newest that begins by then.
    """

    id: int
    team_id: str
    channel_id: str
    owner_id: str
    state: SubscriptionState
    reason: str | None
    scope: Scope
    dimension: str
    period: DigestPeriod
    parts: frozenset[DigestPart]
    schedules: tuple[WeeklySchedule, ...]
    created_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, row: SubscriptionRow, schedules: Iterable[WeeklySchedule]) -> Self:
        """Read a stored row."""
        return cls(
            id=row.id or 0,
            team_id=row.team_id,
            channel_id=row.channel_id,
            owner_id=row.owner_id,
            state=SubscriptionState(row.state),
            reason=row.reason,
            scope=read_scope_text(row.scope),
            dimension=row.dimension,
            period=DigestPeriod(row.period),
            parts=frozenset(map(DigestPart, json.loads(row.parts))),
            schedules=tuple(schedules),
            created_at=row.created_at,
            changed_at=row.changed_at,
        )


def add(session: Session, new: NewSubscription, *, now: datetime) -> Subscription:
    """Store a subscription; it is active at once."""
    row = SubscriptionRow(
        team_id=new.team_id,
        channel_id=new.channel_id,
        owner_id=new.owner_id,
        state=SubscriptionState.ACTIVE,
        scope=scope_text(new.scope),
        dimension=new.dimension,
        period=new.period,
        parts=_parts_text(new.parts),
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    _store_schedule(session, row, new.schedule)
    return _read(session, row)


def get(session: Session, number: int) -> Subscription | None:
    """Return a subscription by its id, a removed one too; None if there never was one."""
    row = session.get(SubscriptionRow, number)
    return None if row is None else _read(session, row)


def list_in(session: Session, channel_id: str) -> list[Subscription]:
    """Return a channel's subscriptions that are not removed, the oldest first."""
    return _list(session, _IS_KEPT, col(SubscriptionRow.channel_id) == channel_id)


def list_active(session: Session) -> list[Subscription]:
    """Return the subscriptions whose digests come, the oldest first."""
    return _list(session, col(SubscriptionRow.state) == SubscriptionState.ACTIVE)


def list_all(session: Session) -> list[Subscription]:
    """Return every subscription that is not removed, the oldest first."""
    return _list(session, _IS_KEPT)


def change(
    session: Session,
    number: int,
    *,
    now: datetime,
    this_monday: date,
    schedule: WeeklySchedule | None = None,
    scope: Scope | None = None,
    dimension: str | None = None,
    period: DigestPeriod | None = None,
    parts: frozenset[DigestPart] | None = None,
) -> Subscription:
    """Change what is given, and keep the rest.

    Parameters
    ----------
    this_monday : date
        Of the week that it is now where the subscription is, see `metrics.schedules.this_monday`.
    schedule : WeeklySchedule, optional
        From the week after on, whatever its ``from_monday`` says: the week that has begun keeps
        its own, so it is neither skipped nor repeated.
    """
    row = session.get_one(SubscriptionRow, number)
    row.scope = row.scope if scope is None else scope_text(scope)
    row.dimension = dimension or row.dimension
    row.period = period or row.period
    row.parts = row.parts if parts is None else _parts_text(parts)
    row.changed_at = now
    if schedule is not None:
        _store_schedule(session, row, replace(schedule, from_monday=this_monday + WEEK))
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
    """Pause, suspend, resume or remove a subscription; what is removed stays so.

    Weeks that came due while it was not active are passed over when it is active again.
    """
    row = session.get_one(SubscriptionRow, number)
    if row.state == SubscriptionState.REMOVED:
        return _read(session, row)
    is_resumed = row.state != state == SubscriptionState.ACTIVE
    row.state, row.reason, row.changed_at = state, reason, now
    session.flush()
    subscription = _read(session, row)
    if is_resumed:
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
    """Store a schedule; of two changes in one week the later counts."""
    session.execute(
        delete(ScheduleRow).where(
            col(ScheduleRow.subscription_id) == row.id,
            col(ScheduleRow.from_monday) >= schedule.from_monday,
        )
    )
    insert_new(
        session,
        ScheduleRow,
        subscription_id=row.id,
        weekday=schedule.weekday,
        hour=schedule.hour,
        time_zone=schedule.time_zone,
        from_monday=schedule.from_monday,
    )


def _pass_over(session: Session, subscription: Subscription, *, now: datetime) -> None:
    """Write down that the weeks which came due by now were not planned, where they were not."""
    for due in weeks_due(subscription.schedules, since=subscription.created_at, now=now):
        insert_new(
            session,
            DigestRunRow,
            subscription_id=subscription.id,
            week=due.week,
            due_at=due.due_at,
            planned_at=now,
            outcome="skipped_stale",
            data_version=0,
        )


def _parts_text(parts: frozenset[DigestPart]) -> str:
    return json.dumps(sorted(parts))
