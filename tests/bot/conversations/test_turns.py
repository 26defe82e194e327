from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from bot.conversations.turns import Turns
from storage.conversations.questions import Thread
from tests.slack.waiting import WAIT_SECONDS

HERE, THERE = Thread(channel_id="D1"), Thread(channel_id="D2")


def test_one_at_a_time_has_its_turn_and_other_conversations_wait_for_nobody() -> None:
    turns, order, is_in, may_go = Turns(), list[str](), Event(), Event()

    def first() -> None:
        with turns.of(HERE):
            is_in.set()
            may_go.wait(WAIT_SECONDS)
            order.append("first")

    def second() -> None:
        with turns.of(HERE):
            order.append("second")

    with ThreadPoolExecutor() as pool:
        pool.submit(first)
        assert is_in.wait(WAIT_SECONDS)
        pool.submit(second)
        with turns.of(THERE):
            order.append("elsewhere")
        may_go.set()

    assert order == ["elsewhere", "first", "second"]


def test_whoever_waited_long_enough_is_answered_and_frees_no_turn_but_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.conversations.turns.PATIENCE_SECONDS", 0)
    turns, answered = Turns(), list[str]()

    with turns.of(HERE):
        with turns.of(HERE):
            answered.append("second")
        answered.append("first")
    with turns.of(HERE):
        answered.append("third")

    assert answered == ["second", "first", "third"]
