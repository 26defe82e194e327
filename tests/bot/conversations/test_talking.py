"""Whoever was told meanwhile that they get no answer gets none later, whatever they had said."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.asking import PersonalReply
from bot.conversations.heard import MessageEvent
from bot.conversations.talking import Talking
from bot.message import Message
from bot.slack.event import Asked
from bot.slack.sent import Request
from storage.errors import StoreBusyError
from tests.bot.sample_answers import sample_answer

SAID = MessageEvent(channel="D1", ts="1.0", user="U1", text="smb")


def nothing(_: Request) -> None:
    """Answer a command by itself."""


def talking(
    sent: list[object],
    *,
    begins: bool = False,
    hears: Callable[..., bool] = lambda *_, **__: True,
) -> Talking:
    reply = PersonalReply(reply=sample_answer(), can_share=False, visibility=EVERYTHING)
    memory: Any = SimpleNamespace(
        hears_first=hears,
        begins_answer=lambda _: begins,
        question_before=lambda _: None,
        remember=lambda *_, **__: None,
    )
    gate: Any = SimpleNamespace(
        workspace=SimpleNamespace(user_id="UBOT", team_id="T1"), principal=lambda _: None
    )
    asking = SimpleNamespace(gate=gate, ask=lambda *_, **__: reply)
    channel: Any = SimpleNamespace(asking=asking, main_dimension="segment")
    replies: Any = SimpleNamespace(send=lambda _, message: sent.append(message))
    unused: Any = SimpleNamespace(completed=nothing, say=nothing)
    return Talking(
        in_channel=channel,
        following=unused,
        memory=memory,
        replies=replies,
        notes=unused,
        suggested=lambda _: ["smb last-quarter"],
        commands=lambda: {"help": lambda _: Message("Help"), "digest": nothing},
    )


def heard(found: Talking, text: str) -> Asked:
    asked = found.told(SAID.model_copy(update={"text": text}))
    assert asked is not None
    return asked


@pytest.mark.parametrize("text", ["smb last-quarter", "help"])
def test_an_answer_that_comes_too_late_is_not_sent(text: str) -> None:
    late, in_time = list[object](), list[object]()

    heard(talking(late), text).answer()
    heard(talking(in_time, begins=True), text).answer()

    assert (len(late), len(in_time)) == (0, 1)


def test_a_command_that_answers_by_itself_is_not_answered_twice() -> None:
    sent = list[object]()

    heard(talking(sent, begins=True), "digest here").answer()

    assert sent == []


def test_what_was_heard_while_the_store_was_busy_may_have_been_heard_before() -> None:
    tries: Iterator[StoreBusyError | bool] = iter([StoreBusyError(), False])

    def hear(*_: object, **__: object) -> bool:
        found = next(tries)
        if isinstance(found, StoreBusyError):
            raise found
        return found

    sent = list[object]()

    heard(talking(sent, begins=True, hears=hear), "smb last-quarter").answer()

    assert sent == []
