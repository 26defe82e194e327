"""Words for the schedule of a digest, in its own time zone."""

from collections.abc import Mapping
from datetime import datetime

from bot.style.names import safe_name
from metrics.schedules import Weekday, WeeklySchedule, read_zone

WEEKDAYS: Mapping[str, str] = {
    Weekday.MON: "Monday",
    Weekday.TUE: "Tuesday",
    Weekday.WED: "Wednesday",
    Weekday.THU: "Thursday",
    Weekday.FRI: "Friday",
    Weekday.SAT: "Saturday",
    Weekday.SUN: "Sunday",
}


def weekly(schedule: WeeklySchedule) -> str:
    """Return a schedule: "every Monday at 09:00 (Europe/Berlin)"."""
    zone = safe_name(schedule.time_zone)
    return f"every {WEEKDAYS[schedule.weekday]} at {schedule.hour:02}:00 ({zone})"


def local_moment(moment: datetime, time_zone: str) -> str:
    """Return a moment as the clocks of a zone show it.

    Examples
    --------
    >>> from datetime import UTC
    >>> local_moment(datetime(2026, 11, 23, 8, tzinfo=UTC), "Europe/Berlin")
    'Monday 23 November 09:00 (Europe/Berlin)'
    """
    local = moment.astimezone(read_zone(time_zone))
    return f"{local:%A} {local.day} {local:%B %H:%M} ({time_zone})"
