"""The one place that reads the clock."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Tells the moment it is, aware, in UTC: `utc_now`, but for tests."""


def utc_now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def today_in(zone: ZoneInfo) -> date:
    """Return the date it is now in a workspace's time zone."""
    return utc_now().astimezone(zone).date()
