"""Words for the schedule of a digest, in its own time zone."""

from collections.abc import Mapping
from datetime import datetime

from bot.style.names import safe_name
from metrics.schedules import Weekday, read_zone
from storage.digests.subscriptions import Subscription

WEEKDAYS: Mapping[str, str] = {
    Weekday.MON: "Monday",
    Weekday.TUE: "Tuesday",
    Weekday.WED: "Wednesday",
    Weekday.THU: "Thursday",
    Weekday.FRI: "Friday",
    Weekday.SAT: "Saturday",
    Weekday.SUN: "Sunday",
}


def schedule_words(subscription: Subscription) -> str:
    """Return the newest schedule of a digest: "every Monday at 09:00 (Europe/Berlin)"."""
    schedule = subscription.schedules[-1]
    day, zone = WEEKDAYS[schedule.weekday], safe_name(schedule.time_zone)
    time = f"at {schedule.hour:02}:00 ({zone})"
    if subscription.content.is_monthly:
        return f"on the {day} after a month has closed, {time}"
    return f"every {day} {time}"


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
