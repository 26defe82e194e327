"""The one place that reads the clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def today_in(zone: ZoneInfo) -> date:
    """Return the date it is now in a workspace's time zone."""
    return utc_now().astimezone(zone).date()
