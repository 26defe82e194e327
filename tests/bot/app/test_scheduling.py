import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.app.clock_guard import ClockGuard
from bot.app.scheduling import Scheduler
from bot.clock import utc_now
from bot.delivery.metering import Meter
from bot.feature import Job
from storage.store.leadership import Leadership
from tests.slack.waiting import WAIT_SECONDS, wait_for

OFTEN = timedelta(milliseconds=20)


class Ticks(Meter):
    def __init__(self) -> None:
        super().__init__(now=time.monotonic)
        self.ticked = Counter[str]()
        self.problems = Counter[tuple[str, str]]()

    def note_tick(self, job: str) -> None:
        self.ticked[job] += 1

    def count_tick_problem(self, job: str, problem: str) -> None:
        self.problems[job, problem] += 1


class Led(Leadership):
    """Leads whenever a test says so."""

    def __init__(self, leads: Callable[[], bool]) -> None:
        self._leads = leads

    def try_lead(self) -> bool:
        return self._leads()

    def close(self) -> None:
        pass


def scheduler_of(ticks: Ticks, *jobs: Job, leads: Callable[[], bool] = lambda: True) -> Scheduler:
    guard = ClockGuard(now=utc_now, monotonic=time.monotonic)
    return Scheduler(jobs, leadership=Led(leads), meter=ticks, guard=guard, now=utc_now)


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def schedule(ticks: Ticks) -> Iterator[Callable[..., Scheduler]]:
    """Starts a scheduler of one job, and drains it at the end."""
    started: list[Scheduler] = []

    def start(
        run: Callable[[], object], *, is_led: bool = False, leads: Callable[[], bool] = lambda: True
    ) -> Scheduler:
        job = Job(name="job", every=OFTEN, build=lambda: run, is_led=is_led)
        scheduler = scheduler_of(ticks, job, leads=leads)
        scheduler.start()
        started.append(scheduler)
        return scheduler

    yield start
    for scheduler in started:
        scheduler.stop(seconds=WAIT_SECONDS)


def test_a_job_runs_at_once_and_again_and_again(
    schedule: Callable[..., Scheduler], ticks: Ticks
) -> None:
    ran: list[int] = []

    schedule(lambda: ran.append(1))

    wait_for(lambda: len(ran) >= 3, what="three runs")
    assert ticks.ticked["job"] >= 3


def test_one_that_fails_is_counted_and_runs_again(
    schedule: Callable[..., Scheduler], ticks: Ticks
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    schedule(fail)

    wait_for(lambda: ticks.problems["job", "error"] >= 2, what="two failures")


def test_one_that_takes_long_runs_once_at_a_time(
    schedule: Callable[..., Scheduler], ticks: Ticks
) -> None:
    done, running = threading.Event(), Counter[str]()

    def run() -> None:
        running["now"] += 1
        done.wait(WAIT_SECONDS)

    schedule(run)
    wait_for(lambda: ticks.problems["job", "busy"] >= 2, what="ticks that found it at work")

    assert running["now"] == 1
    done.set()


def test_what_is_led_runs_only_in_the_process_that_leads(
    schedule: Callable[..., Scheduler], ticks: Ticks
) -> None:
    ran: list[int] = []
    leading = threading.Event()

    schedule(lambda: ran.append(1), is_led=True, leads=leading.is_set)
    wait_for(lambda: ticks.ticked["job"] >= 3, what="three ticks")
    before = list(ran)
    leading.set()

    wait_for(lambda: ran, what="a run")
    assert before == []


def test_draining_waits_for_what_is_in_hand_and_begins_nothing_new(
    schedule: Callable[..., Scheduler],
) -> None:
    began, may_end, ended = threading.Event(), threading.Event(), Counter[str]()

    def run() -> None:
        began.set()
        may_end.wait(WAIT_SECONDS)
        ended["runs"] += 1

    scheduler = schedule(run)
    began.wait(WAIT_SECONDS)
    threading.Thread(target=let_end_once_it_drains, args=[may_end]).start()

    assert scheduler.stop(seconds=WAIT_SECONDS)
    assert ended["runs"] == 1


def let_end_once_it_drains(may_end: threading.Event) -> None:
    wait_for(lambda: "draining" in {thread.name for thread in threading.enumerate()})
    may_end.set()


def test_draining_does_not_wait_for_ever(schedule: Callable[..., Scheduler]) -> None:
    began, may_end = threading.Event(), threading.Event()

    def run() -> None:
        began.set()
        may_end.wait(WAIT_SECONDS)

    scheduler = schedule(run)
    began.wait(WAIT_SECONDS)

    assert not scheduler.stop(seconds=0.05)
    may_end.set()


def test_one_that_was_never_started_is_drained_at_once(ticks: Ticks) -> None:
    assert scheduler_of(ticks).stop(seconds=0)


def test_a_tick_after_the_end_does_nothing(ticks: Ticks) -> None:
    ran: list[int] = []
    job = Job(name="job", every=OFTEN, build=lambda: lambda: ran.append(1))
    scheduler = scheduler_of(ticks, job)
    scheduler.stop(seconds=0)

    scheduler.tick(job)

    assert ran == []


def test_a_stop_right_after_the_start_leaves_nothing_running(
    schedule: Callable[..., Scheduler],
) -> None:
    ran: list[int] = []
    scheduler = schedule(lambda: ran.append(1))

    assert scheduler.stop(seconds=WAIT_SECONDS)
    seen = len(ran)
    time.sleep(0.2)

    assert len(ran) == seen
