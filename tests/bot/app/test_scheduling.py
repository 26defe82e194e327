import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.app.scheduling import Job, Scheduler
from bot.clock import utc_now
from tests.slack.waiting import wait_for

OFTEN = timedelta(milliseconds=20)


@dataclass
class Ticks:
    ticked: Counter[str] = field(default_factory=Counter)
    problems: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note_tick(self, job: str) -> None:
        self.ticked[job] += 1

    def count_tick_problem(self, job: str, problem: str) -> None:
        self.problems[job, problem] += 1


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
        scheduler = Scheduler(leads=leads, meter=ticks, now=utc_now)
        scheduler.add(Job(name="job", every=OFTEN, run=run, is_led=is_led))
        scheduler.start()
        started.append(scheduler)
        return scheduler

    yield start
    for scheduler in started:
        if not scheduler.is_stopping:
            scheduler.drain(seconds=5)


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
        done.wait(5)

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
        may_end.wait(5)
        ended["runs"] += 1

    scheduler = schedule(run)
    began.wait(5)
    threading.Timer(0.2, may_end.set).start()

    assert scheduler.drain(seconds=5)
    assert scheduler.is_stopping
    assert ended["runs"] == 1


def test_draining_does_not_wait_for_ever(schedule: Callable[..., Scheduler]) -> None:
    began, may_end = threading.Event(), threading.Event()

    def run() -> None:
        began.set()
        may_end.wait(5)

    scheduler = schedule(run)
    began.wait(5)

    assert not scheduler.drain(seconds=0.05)
    may_end.set()


def test_one_that_was_never_started_is_drained_at_once(ticks: Ticks) -> None:
    assert Scheduler(leads=lambda: True, meter=ticks, now=utc_now).drain(seconds=0)


def test_a_tick_after_the_end_does_nothing(ticks: Ticks) -> None:
    ran: list[int] = []
    scheduler = Scheduler(leads=lambda: True, meter=ticks, now=utc_now)
    scheduler.drain(seconds=0)

    scheduler.tick(Job(name="job", every=OFTEN, run=lambda: ran.append(1)))

    assert ran == []


def test_what_ticks_is_loaded_only_when_it_starts() -> None:
    code = "import sys, bot.server.serving; print('apscheduler' in sys.modules)"

    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"


def test_a_stop_right_after_the_start_leaves_nothing_running(
    schedule: Callable[..., Scheduler],
) -> None:
    ran: list[int] = []
    scheduler = schedule(lambda: ran.append(1))

    assert scheduler.drain(seconds=5)
    seen = len(ran)
    time.sleep(0.2)

    assert len(ran) == seen
