"""Subscriptions to test with: Mondays at nine in Berlin unless a test says otherwise."""

from datetime import UTC, date, datetime
from typing import TypedDict, Unpack

from metrics.rollup import Scope
from metrics.schedules import Weekday, WeeklySchedule, monday_of
from storage.digests.subscriptions import (
    Destination,
    DigestContent,
    DigestPeriod,
    Subscription,
    add,
)
from storage.store.engine import Store

CREATED = datetime(2026, 11, 11, 8, tzinfo=UTC)
"""A Wednesday: the first digest is due on the Monday after."""
MONDAY = date(2026, 11, 9)


class Wanted(TypedDict, total=False):
    """What a subscription is, where it is not as usual."""

    channel_id: str
    owner_id: str
    team_id: str
    schedule: WeeklySchedule
    scope: Scope
    dimension: str
    period: DigestPeriod
    is_monthly: bool


def weekly(
    weekday: str = "mon", hour: int = 9, zone: str = "Europe/Berlin", since: date = MONDAY
) -> WeeklySchedule:
    return WeeklySchedule(weekday=Weekday(weekday), hour=hour, time_zone=zone, from_monday=since)


def due_in_hour_of(moment: datetime) -> WeeklySchedule:
    """Make the schedule whose digest of that week is due at the last full hour of its zone."""
    weekday, zone = [*Weekday][moment.weekday()], str(moment.tzinfo)
    return weekly(weekday, moment.hour, zone, monday_of(moment.date()))


def subscribe(store: Store, *, now: datetime = CREATED, **wanted: Unpack[Wanted]) -> Subscription:
    destination = Destination(
        team_id=wanted.get("team_id", "T1"),
        channel_id=wanted.get("channel_id", "C1"),
        owner_id=wanted.get("owner_id", "U1"),
    )
    content = DigestContent(
        scope=wanted.get("scope", ()),
        dimension=wanted.get("dimension", "segment"),
        period=wanted.get("period", DigestPeriod.LAST_MONTH),
        is_monthly=wanted.get("is_monthly", False),
    )
    with store.write(ledger=False) as session:
        return add(session, destination, content, wanted.get("schedule", weekly()), now=now)
