"""Weekly schedules in a time zone, and the moments at which their weeks are due."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum, unique
from itertools import count, takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from metrics.errors import UnknownTimeZoneError

WEEK = timedelta(days=7)
NO_PLACES = frozenset({"Factory", "localtime", "posixrules"})  # differ by machine
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@unique
class Weekday(StrEnum):
    """Day of the week by name: 1 is Monday to one tool and Tuesday to the next."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    def on(self, monday: date) -> date:
        """Return this day in the week that begins on a Monday."""
        return monday + _DAY * tuple(Weekday).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySchedule:
    """A weekday and a full hour of a zone's clocks, from one week on.

    The zone is kept by its name and never as an offset, so that it follows the law there.
    """

    weekday: Weekday
    hour: int
    time_zone: str
    from_monday: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWeek:
    """An ISO week such as ``2026-W46``, the Monday it begins on, and when it is due."""

    week: str
    monday: date
    due_at: datetime


def read_zone(name: str) -> ZoneInfo:
    """Find the time zone of a name such as ``Europe/Berlin``.

    Raises
    ------
    UnknownTimeZoneError
        If there is none.
    """
    if name in NO_PLACES or name.startswith(("posix/", "right/")):
        raise UnknownTimeZoneError
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # ../ is a ValueError, a folder OSError
        raise UnknownTimeZoneError from None


def week_of(day: date) -> str:
    """Name the ISO week that a day is in.

    Examples
    --------
    >>> week_of(date(2027, 1, 3))
    '2026-W53'
    """
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(day: date) -> date:
    """Return the Monday of the week that a day is in."""
    return day - _DAY * day.weekday()


def schedule_for(schedules: Sequence[WeeklySchedule], monday: date) -> WeeklySchedule | None:
    """Return the schedule of a week: the newest that begins by then; None before the first."""
    begun = [schedule for schedule in schedules if schedule.from_monday <= monday]
    return max(begun, key=lambda schedule: schedule.from_monday, default=None)


def this_monday(schedules: Sequence[WeeklySchedule], now: datetime) -> date:
    """Find the Monday of the running week, by the newest schedule that has begun in its zone.

    A changed schedule applies from the Monday after it: the week that has begun keeps its own.
    """
    for schedule in sorted(schedules, key=lambda known: known.from_monday, reverse=True):
        monday = monday_of(now.astimezone(read_zone(schedule.time_zone)).date())
        if schedule.from_monday <= monday:
            return monday
    # Before the first week it is the one before, so that a change takes the first one's place.
    return min(schedule.from_monday for schedule in schedules) - WEEK


def due_at(schedule: WeeklySchedule, monday: date) -> datetime:
    """Find the moment at which a week is due.

    Parameters
    ----------
    schedule : WeeklySchedule
        The one of this week, see `schedule_for`.
    monday : date
        The first day of the week.

    Returns
    -------
    datetime
        Aware, in UTC. Where the clocks jump over the hour it is the first moment after the jump;
        where they show it twice, the first of the two.

    Raises
    ------
    UnknownTimeZoneError
        If this machine does not know the zone.

    Examples
    --------
    >>> sundays = WeeklySchedule(
    ...     weekday=Weekday.SUN, hour=2, time_zone="Europe/Berlin", from_monday=date(2026, 1, 5)
    ... )
    >>> str(due_at(sundays, date(2026, 3, 23)).astimezone(ZoneInfo("Europe/Berlin")))
    '2026-03-29 03:00:00+02:00'
    """
    zone = read_zone(schedule.time_zone)
    local = datetime.combine(schedule.weekday.on(monday), time(schedule.hour))
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if _local(moment, zone) == local:
        return moment  # fold=0: of an hour that is shown twice the first
    return _after_the_gap(local, zone)


def weeks_due(
    schedules: Sequence[WeeklySchedule], *, since: datetime, now: datetime
) -> list[DueWeek]:
    """List the weeks that came due after ``since`` and by ``now``, in order.

    Each week has one schedule, so however schedules and zones follow each other it is due once.
    """
    last = monday_of(now.date()) + WEEK  # where clocks are ahead of UTC a week has begun already
    begun = takewhile(lambda week: week.monday <= last, _weeks(schedules, since - WEEK))
    return [week for week in begun if since < week.due_at <= now]


def next_due(schedules: Sequence[WeeklySchedule], *, now: datetime) -> DueWeek:
    """Find the first week that is due after ``now``."""
    return next(week for week in _weeks(schedules, now - WEEK) if week.due_at > now)


def _weeks(schedules: Sequence[WeeklySchedule], start: datetime) -> Iterator[DueWeek]:
    first = max(monday_of(start.date()), min(known.from_monday for known in schedules))
    return (
        DueWeek(week=week_of(monday), monday=monday, due_at=due_at(schedule, monday))
        for monday in (first + WEEK * number for number in count())
        if (schedule := schedule_for(schedules, monday)) is not None
    )


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _after_the_gap(local: datetime, zone: ZoneInfo) -> datetime:
    # Bisection to the second: zoneinfo does not say at which moment its offset changes.
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if _local(middle, zone) < local:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
