from datetime import UTC, datetime, timedelta

import pytest

from bot.app.clock_guard import MOST_OFF, ClockGuard, ClockReading, is_believable

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
    ahead: timedelta, *, expected: bool
) -> None:
    readings = [ClockReading(NOON, 5.0)]

    assert is_believable(readings, now=NOON + ahead, monotonic=5.0) is expected


def test_every_other_clock_counts() -> None:
    readings = [ClockReading(NOON, 0.0), ClockReading(NOON + 2 * MOST_OFF, 0.0)]

    assert not is_believable(readings, now=NOON, monotonic=0.0)


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
