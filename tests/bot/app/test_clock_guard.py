from datetime import UTC, datetime, timedelta

import pytest

from bot.app.clock_guard import FAR_OFF, MOST_OFF, ClockGuard, ClockReading, most_apart

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Machine:
    """A machine whose clock somebody sets, and whose seconds go on all the same."""

    def __init__(self) -> None:
        self.clock, self.seconds = NOON, 100.0
        self.guard = ClockGuard(now=lambda: self.clock, monotonic=lambda: self.seconds)

    def wait(self, time: timedelta) -> None:
        self.clock += time
        self.seconds += time.total_seconds()


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        pytest.param(timedelta(0), True, id="the-same"),
        pytest.param(MOST_OFF, True, id="an-hour-ahead"),
        pytest.param(MOST_OFF + SECOND, False, id="more-than-an-hour-ahead"),
        pytest.param(-MOST_OFF, True, id="an-hour-behind"),
        pytest.param(-MOST_OFF - SECOND, False, id="more-than-an-hour-behind"),
        pytest.param(timedelta(days=365), False, id="a-year-ahead"),
    ],
)
def test_a_clock_is_believed_that_is_an_hour_off_at_most(
    machine: Machine, ahead: timedelta, *, expected: bool
) -> None:
    machine.guard.note("slack", NOON)
    machine.clock += ahead

    assert machine.guard.is_believable() is expected


def test_of_several_clocks_the_one_that_agrees_least_counts() -> None:
    readings = [ClockReading(NOON, 0.0), ClockReading(NOON + 2 * MOST_OFF, 0.0)]

    assert most_apart(readings, now=NOON, monotonic=0.0) == 2 * MOST_OFF


def test_a_clock_more_than_a_minute_off_is_warned_of_once_until_it_is_right(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    for ahead in (FAR_OFF, FAR_OFF + SECOND, 2 * FAR_OFF, SECOND, -FAR_OFF - SECOND):
        machine.clock = NOON + ahead
        machine.guard.note("slack", NOON)
        assert machine.guard.is_believable()

    assert caplog.messages == ["the clock is more than a minute off"] * 2


def test_where_nobody_said_the_time_the_clock_is_believed(machine: Machine) -> None:
    assert machine.guard.is_believable()


def test_what_was_said_long_ago_still_counts(machine: Machine) -> None:
    machine.guard.note("slack", NOON)

    machine.wait(timedelta(days=9))
    assert machine.guard.is_believable()
    machine.clock += timedelta(days=365)
    assert not machine.guard.is_believable()
    machine.clock -= timedelta(days=365)
    assert machine.guard.is_believable()


def test_the_newest_word_of_a_clock_counts(machine: Machine) -> None:
    machine.clock += timedelta(days=1)
    machine.guard.note("slack", NOON)
    machine.guard.note("database", NOON)
    assert not machine.guard.is_believable()

    machine.guard.note("slack", machine.clock)
    assert not machine.guard.is_believable()
    machine.guard.note("database", machine.clock)
    assert machine.guard.is_believable()
