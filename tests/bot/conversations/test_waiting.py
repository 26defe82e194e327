"""What is told to whoever waits while the store cannot be asked about them."""

import io
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from bot.conversations.heard import HeardMessage
from bot.conversations.waiting import Waiting
from storage.errors import StoreBusyError

SAID = HeardMessage(user_id="U1", channel_id="D1", ts="1.0", thread_ts="", text="smb")


def busy(*_: object, **__: object) -> NoReturn:
    raise StoreBusyError


def waiting(**memory: Any) -> Waiting:  # noqa: ANN401 - what a thread's memory does
    found: Any = SimpleNamespace(hears_first=lambda *_, **__: True, **memory)
    return Waiting(memory=found, said=SAID)


def test_an_error_is_told_while_nobody_can_say_whether_they_were_answered() -> None:
    unsure = waiting(begins_answer=busy)

    assert unsure.may_explain()
    with pytest.raises(StoreBusyError):
        unsure.may_answer()


def test_who_was_answered_while_the_store_is_busy_is_looked_up_later(log: io.StringIO) -> None:
    answered = waiting(begins_answer=lambda _: True, settle=busy)

    assert answered.may_answer()
    answered.over()

    assert "who was answered is looked up later" in log.getvalue()
