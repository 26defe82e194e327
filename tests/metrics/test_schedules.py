from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from metrics.errors import UnknownTimeZoneError
from metrics.schedules import (
    NO_PLACES,
    WEEK,
    DueWeek,
    Weekday,
    WeeklySchedule,
    due_at,
    monday_of,
    next_due,
    read_zone,
    schedule_for,
    this_monday,
    week_of,
    weeks_due,
)
from tests.slow import IS_SLOW

MONDAY = date(2026, 11, 16)
FIRST, LAST = date(2020, 1, 6), date(2030, 1, 7)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def weekly(
    weekday: str = "mon", hour: int = 9, zone: str = "Europe/Berlin", since: date = FIRST
) -> WeeklySchedule:
    return WeeklySchedule(weekday=Weekday(weekday), hour=hour, time_zone=zone, from_monday=since)


def local(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M%z}"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("weekday", "day"),
    [
        ("mon", "2026-11-16"),
        ("tue", "2026-11-17"),
        ("wed", "2026-11-18"),
        ("thu", "2026-11-19"),
        ("fri", "2026-11-20"),
        ("sat", "2026-11-21"),
        ("sun", "2026-11-22"),
    ],
)
def test_a_weekday_is_the_one_it_is_called(weekday: str, day: str) -> None:
    due = due_at(weekly(weekday), MONDAY)

    assert local(due, "Europe/Berlin") == f"{weekday.title()} {day} 09:00+0100"


@pytest.mark.parametrize("weekday", ["0", "1", "7", "Mon", "monday", ""])
def test_a_weekday_has_no_number_and_one_name(weekday: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Weekday"):
        Weekday(weekday)


@pytest.mark.parametrize(
    ("zone", "weekday", "hour", "monday", "expected"),
    [
        pytest.param(
            *("Europe/Berlin", "sun", 2, "2026-03-23", "Sun 2026-03-29 03:00+0200"), id="gap"
        ),
        pytest.param(
            *("Europe/Berlin", "sun", 3, "2026-03-23", "Sun 2026-03-29 03:00+0200"), id="after-gap"
        ),
        pytest.param(
            *("Europe/Berlin", "sun", 1, "2026-03-23", "Sun 2026-03-29 01:00+0100"), id="before-gap"
        ),
        pytest.param(
            *("Europe/Berlin", "sun", 2, "2026-10-19", "Sun 2026-10-25 02:00+0200"), id="fold"
        ),
        pytest.param(
            *("Europe/Berlin", "sun", 3, "2026-10-19", "Sun 2026-10-25 03:00+0100"), id="after-fold"
        ),
        pytest.param(
            *("Australia/Lord_Howe", "sun", 2, "2026-09-28", "Sun 2026-10-04 02:30+1100"),
            id="gap-of-half-an-hour",
        ),
        pytest.param(
            *("America/Santiago", "sun", 0, "2026-08-31", "Sun 2026-09-06 01:00-0300"),
            id="gap-at-midnight",
        ),
        pytest.param(
            *("Pacific/Apia", "fri", 9, "2011-12-26", "Sat 2011-12-31 00:00+1400"),
            id="day-that-was-left-out",
        ),
    ],
)
def test_an_hour_that_is_left_out_is_the_next_moment_and_of_two_it_is_the_first(
    zone: str, weekday: str, hour: int, monday: str, expected: str
) -> None:
    due = due_at(weekly(weekday, hour, zone), date.fromisoformat(monday))

    assert local(due, zone) == expected


@pytest.mark.parametrize(
    "zone",
    [
        *("", "Mars/Olympus", "Europe", "/etc/passwd", "../UTC", "+01:00"),
        *("localtime", "posixrules", "Factory", "right/UTC", "posix/Europe/Berlin"),
    ],
)
def test_a_zone_is_known_by_its_name(zone: str) -> None:
    with pytest.raises(UnknownTimeZoneError) as error:
        read_zone(zone)

    assert str(error.value) == "there is no such time zone: try a name such as Europe/Berlin"


def changes(zone: ZoneInfo) -> Iterator[datetime]:
    """Return the first moment after each change of a zone's clocks, in all the years."""
    start = datetime.combine(FIRST, time(), UTC)
    weeks = [start + WEEK * number for number in range((LAST - FIRST) // WEEK)]
    for week, following in pairwise(weeks):
        if offset(week, zone) != offset(following, zone):
            yield first_after(week, zone)


def first_after(before: datetime, zone: ZoneInfo) -> datetime:
    """Return when the clocks change in the week after a moment."""
    low, high = 0, WEEK // MINUTE
    while high - low > 1:
        middle = (low + high) // 2
        is_before = offset(before + MINUTE * middle, zone) == offset(before, zone)
        low, high = (middle, high) if is_before else (low, middle)
    return before + MINUTE * high


def offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).replace(tzinfo=UTC) - at


def hours_around(change: datetime, zone: ZoneInfo) -> set[datetime]:
    """Return the full hours that clocks show, leave out, or show twice around a change."""
    shown = [(change + HOUR * n).astimezone(zone).replace(tzinfo=None) for n in (-2, -1, 0, 1)]
    first = min(shown).replace(minute=0)
    return {first + HOUR * number for number in range((max(shown) - first) // HOUR + 1)}


def first_shown(wanted: datetime, change: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment near a change whose local time is a wanted one or later."""
    utc = wanted.replace(tzinfo=UTC)
    offsets = offset(change - MINUTE, zone), offset(change, zone)
    moments = [change, *(utc - ahead for ahead in offsets)]
    return min(at for at in moments if at + offset(at, zone) >= utc)


def schedule_of(wanted: datetime, zone: ZoneInfo) -> WeeklySchedule:
    return weekly(list(Weekday)[wanted.weekday()], wanted.hour, zone.key)


@pytest.mark.parametrize("part", range(4))
def test_around_every_change_of_every_zones_clocks_a_week_is_due_when_its_hour_first_shows(
    part: int,
) -> None:
    for name in sorted(available_timezones() - NO_PLACES)[part::4]:
        zone = ZoneInfo(name)
        for change in changes(zone):
            for wanted in hours_around(change, zone):
                due = due_at(schedule_of(wanted, zone), monday_of(wanted.date()))

                assert due == first_shown(wanted, change, zone), (name, wanted)


@pytest.mark.parametrize("weekday", Weekday)
def test_in_every_zone_each_week_of_ten_years_is_due_on_its_day_at_its_hour(
    weekday: Weekday,
) -> None:
    weeks = [FIRST + WEEK * number for number in range((LAST - FIRST) // WEEK)]
    for turn, name in enumerate(sorted(available_timezones() - NO_PLACES)):
        zone = ZoneInfo(name)
        for number in range(0 if IS_SLOW else turn % 60, len(weeks), 1 if IS_SLOW else 60):
            schedule = weekly(weekday, (number + turn) % 24, name)
            due = due_at(schedule, weeks[number]).astimezone(zone)

            assert due.date() == weekday.on(weeks[number]), (schedule, weeks[number])
            assert due.hour == schedule.hour or is_gap(schedule, weeks[number], zone), schedule


def is_gap(schedule: WeeklySchedule, monday: date, zone: ZoneInfo) -> bool:
    """Tell whether an hour is left out: to UTC and back it is another one."""
    wanted = datetime.combine(schedule.weekday.on(monday), time(schedule.hour), zone)
    return wanted.astimezone(UTC).astimezone(zone).hour != schedule.hour


@given(
    zone=st.sampled_from(sorted(available_timezones() - NO_PLACES)),
    weekday=st.sampled_from(list(Weekday)),
    hour=st.integers(0, 23),
    monday=st.integers(0, 520).map(lambda n: FIRST + WEEK * n),
)
def test_the_weeks_of_a_schedule_are_in_order_and_a_week_apart(
    zone: str, weekday: Weekday, hour: int, monday: date
) -> None:
    schedule = weekly(weekday, hour, zone, monday)
    start = due_at(schedule, monday)

    due = weeks_due([schedule], since=start - MINUTE, now=start + 52 * WEEK)

    assert [week.monday for week in due][:52] == [monday + WEEK * n for n in range(52)]
    assert [week.week for week in due] == [week_of(week.monday) for week in due]
    assert all(week.due_at == due_at(schedule, week.monday) for week in due)


SINCE = moment("2026-11-11 08:00")


@pytest.mark.parametrize(
    ("now", "weeks"),
    [
        ("2026-11-16 07:59", []),
        ("2026-11-16 08:00", ["2026-W47"]),
        ("2026-11-23 07:59", ["2026-W47"]),
        ("2027-01-04 08:00", [f"2026-W{n}" for n in range(47, 54)] + ["2027-W01"]),
        ("2026-01-01 00:00", []),
    ],
)
def test_a_week_is_due_from_its_moment_on(now: str, weeks: list[str]) -> None:
    due = weeks_due([weekly()], since=SINCE, now=moment(now))

    assert [week.week for week in due] == weeks


def test_what_was_due_before_is_not() -> None:
    due_moment = moment("2026-11-16 08:00")

    assert weeks_due([weekly()], since=due_moment, now=due_moment + DAY) == []


@pytest.mark.parametrize(
    ("zone", "weekday", "hour", "due"),
    [
        ("Pacific/Kiritimati", "mon", 0, "2026-11-15 10:00"),
        ("Etc/GMT+12", "sun", 23, "2026-11-23 11:00"),
    ],
)
def test_a_week_is_due_by_its_own_calendar_wherever_it_is(
    zone: str, weekday: str, hour: int, due: str
) -> None:
    schedule, at = weekly(weekday, hour, zone), moment(due)

    found = weeks_due([schedule], since=at - MINUTE, now=at)

    assert found == [DueWeek(week="2026-W47", monday=MONDAY, due_at=at)]
    assert next_due([schedule], now=at - MINUTE) == found[0]
    assert weeks_due([schedule], since=at - 2 * MINUTE, now=at - MINUTE) == []


def test_nothing_is_due_before_the_first_schedule_begins() -> None:
    schedule = weekly(since=MONDAY + WEEK)

    assert schedule_for([schedule], MONDAY) is None
    assert weeks_due([schedule], since=SINCE, now=moment("2026-11-22 00:00")) == []
    assert next_due([schedule], now=SINCE).monday == MONDAY + WEEK


def test_the_next_week_is_the_first_after_now() -> None:
    schedules = [weekly(), weekly("fri", 16, since=MONDAY)]

    found = next_due(schedules, now=moment("2026-11-15 12:00"))

    assert found == DueWeek(week="2026-W47", monday=MONDAY, due_at=moment("2026-11-20 15:00"))
    assert next_due(schedules, now=found.due_at).monday == MONDAY + WEEK


@pytest.mark.parametrize(
    ("schedules", "now", "expected"),
    [
        pytest.param([weekly(zone="Asia/Tokyo")], "2026-11-15 16:00", MONDAY, id="ahead-of-utc"),
        pytest.param(
            [weekly(zone="America/New_York")], "2026-11-16 04:00", MONDAY - WEEK, id="behind-utc"
        ),
        pytest.param(
            [weekly(), weekly(zone="Asia/Tokyo", since=MONDAY)],
            "2026-11-15 16:00",
            MONDAY,
            id="the-new-zone-has-begun",
        ),
        pytest.param(
            [weekly(), weekly(zone="America/New_York", since=MONDAY)],
            "2026-11-16 04:00",
            MONDAY,
            id="the-new-zone-has-not",
        ),
        pytest.param([weekly(since=MONDAY)], "2026-11-01 00:00", MONDAY - WEEK, id="none-has"),
    ],
)
def test_which_week_it_is_depends_on_the_zone(
    schedules: list[WeeklySchedule], now: str, expected: date
) -> None:
    assert this_monday(schedules, moment(now)) == expected


class Planning(RuleBasedStateMachine):
    """Somebody changes weekday, hour and zone at any time; somebody plans now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.since = self.now = self.planned_until = moment("2026-03-18 12:00")
        self.schedules = [weekly(since=date(2026, 3, 16))]
        self.planned: list[DueWeek] = []

    @rule(hours=st.integers(1, 400))
    def wait(self, hours: int) -> None:
        self.now += HOUR * hours

    @rule(
        weekday=st.sampled_from(list(Weekday)),
        hour=st.integers(0, 23),
        zone=st.sampled_from(
            ["Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Tokyo"]
        ),
    )
    def change(self, weekday: Weekday, hour: int, zone: str) -> None:
        since = this_monday(self.schedules, self.now) + WEEK
        kept = [schedule for schedule in self.schedules if schedule.from_monday < since]
        self.schedules = [*kept, weekly(weekday, hour, zone, since)]

    @rule(behind=st.sampled_from([0, 0, 1, 30, 400]))
    def plan(self, behind: int) -> None:
        """Plan by a clock that may be behind, or was set back."""
        known = {week.week for week in self.planned}
        now = self.now - HOUR * behind
        due = weeks_due(self.schedules, since=self.since, now=now)
        self.planned += [week for week in due if week.week not in known]
        self.planned_until = max(self.planned_until, now)

    @invariant()
    def each_week_that_was_due_is_planned_once(self) -> None:
        mondays = [week.monday for week in self.planned]
        first, last = date(2026, 3, 23), max(mondays, default=date(2026, 3, 16))
        weeks = [first + WEEK * number for number in range((last - first) // WEEK + 1)]
        due = {week for week in weeks if self.due_at(week) <= self.planned_until}
        assert len(mondays) == len(due)
        assert set(mondays) == due

    @invariant()
    def no_change_moves_a_week_that_was_planned(self) -> None:
        assert [week.due_at for week in self.planned] == [
            self.due_at(week.monday) for week in self.planned
        ]

    def due_at(self, monday: date) -> datetime:
        schedule = schedule_for(self.schedules, monday)
        assert schedule is not None
        return due_at(schedule, monday)


TestPlanning = Planning.TestCase
TestPlanning.settings = settings(
    max_examples=500 if IS_SLOW else 30, stateful_step_count=30, deadline=None
)
