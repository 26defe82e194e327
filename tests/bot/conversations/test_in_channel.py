"""What a channel may have been shown is remembered, so that it hears when that changes."""

from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from bot.conversations.in_channel import ChannelAnswers
from bot.slack.failures import UnclearError
from storage.conversations.questions import Thread
from tests.bot.sample_answers import sample_answer


def test_an_answer_that_slack_did_not_say_it_took_may_be_there() -> None:
    def say_nothing(*_: object, **__: object) -> NoReturn:
        raise UnclearError

    remembered: list[tuple[str, object]] = []
    unused: Any = None
    posts: Any = SimpleNamespace(post=say_nothing)
    channel = ChannelAnswers(
        asking=unused,
        posts=posts,
        main_dimension="segment",
        remember=lambda channel_id, reply: remembered.append((channel_id, reply)),
    )
    answer = sample_answer()

    with pytest.raises(UnclearError):
        channel.post(answer, Thread(channel_id="C1", thread_ts="1.0"))

    assert remembered == [("C1", answer)]
