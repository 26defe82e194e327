import threading
import time
from functools import partial

import pytest
from slack_sdk.errors import SlackClientError

from bot.slack.working import CallBack, Working, never, nothing_left, start_timer
from tests.bot.edge import HandTimer
from tests.slack.waiting import WAIT_SECONDS, wait_for


class Notes:
    """Notes what is said and taken back, and lets a test keep somebody waiting meanwhile."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.may_be_said = threading.Event()
        self.may_be_said.set()

    def __call__(self) -> CallBack:
        self.may_be_said.wait(WAIT_SECONDS)
        self.said.append("note")
        return lambda: self.said.append("taken back")


@pytest.fixture
def notes() -> Notes:
    return Notes()


def test_what_takes_long_is_told_and_that_is_taken_back_once_it_is_over(notes: Notes) -> None:
    timer = HandTimer()

    with Working(timer).shown(notes):
        timer.run_out()
        wait_for(lambda: notes.said, what="a note")
        assert notes.said == ["note"]

    assert notes.said == ["note", "taken back"]


@pytest.mark.parametrize("timer", [never, HandTimer()], ids=["never", "later"])
def test_of_what_is_quick_nothing_is_said(notes: Notes, timer: HandTimer) -> None:
    with Working(timer).shown(notes):
        pass
    if isinstance(timer, HandTimer):
        timer.run_out()

    assert notes.said == []


def test_nobody_is_told_after_the_answer_that_it_takes_a_while(notes: Notes) -> None:
    timer = HandTimer()
    notes.may_be_said.clear()
    threading.Timer(0.05, notes.may_be_said.set).start()

    with Working(timer).shown(notes):
        timer.run_out()  # the note is on its way just as the answer is there

    said = list(notes.said)
    assert said in ([], ["note", "taken back"])
    notes.may_be_said.wait(WAIT_SECONDS)
    assert notes.said == said


def test_a_note_that_slack_does_not_take_keeps_nobody_from_an_answer() -> None:
    timer, asked = HandTimer(), threading.Event()

    def refused() -> CallBack:
        asked.set()
        raise SlackClientError

    with Working(timer).shown(refused):
        timer.run_out()
        assert asked.wait(WAIT_SECONDS)


def test_one_thread_calls_back_all_who_wait_and_in_their_order() -> None:
    called, before = list[int](), threading.active_count()
    timer = start_timer(0.01)

    for number in range(100):
        timer(partial(called.append, number))

    wait_for(lambda: len(called) == 100, what="all of them")
    assert called == sorted(called)
    assert threading.active_count() <= before + 1


def test_nobody_is_called_back_early() -> None:
    began, called = time.monotonic(), list[float]()

    start_timer(0.2)(lambda: called.append(time.monotonic()))

    wait_for(lambda: called, what="the call")
    assert called[0] - began >= 0.2


def test_where_nothing_can_be_taken_back_nothing_is() -> None:
    nothing_left()
