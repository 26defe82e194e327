from typing import Any

import pytest

from bot.conversations.heard import HeardMessage, MessageEvent

BOT = "U0BOT"


def said(text: str = "smb", *, is_mention: bool = True, **event: Any) -> HeardMessage | None:  # noqa: ANN401
    sent = {"channel": "C1" if is_mention else "D1", "ts": "1.1", "user": "U1", "text": text}
    heard = MessageEvent.model_validate(sent | event)
    return HeardMessage.of(heard, bot_user_id=BOT, is_mention=is_mention)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<@U0BOT> how is smb doing?", "how is smb doing?"),
        ("smb, <@U0BOT|nrr>", "smb,"),
        ("<@U0BOT> R&amp;D &lt;5", "R&D <5"),
        ("account <http://acme.io|acme.io>", "account acme.io"),
        ("<@U0BOT> access grant <@U2> viewer", "access grant <@U2> viewer"),
        ("<@U0BOT>\n by\tplan", "by plan"),
        ("<@U0BOT> *smb* `last-quarter`", "smb last-quarter"),
    ],
)
def test_the_text_is_what_was_typed_without_the_bots_name(text: str, plain: str) -> None:
    heard = said(text)

    assert heard is not None
    assert heard.text == plain


def test_an_answer_belongs_to_the_thread_that_a_message_stands_in_or_begins() -> None:
    inside, alone = said(thread_ts="1.0"), said()

    assert inside is not None
    assert alone is not None
    assert (inside.thread.thread_ts, alone.thread.thread_ts) == ("1.0", "1.1")


@pytest.mark.parametrize("is_mention", [True, False])
@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "channel_join"},
        {"subtype": "bot_message"},
        {"subtype": "assistant_app_thread"},
        {"edited": {"user": "U1", "ts": "2.0"}},
        {"hidden": True},
        {"bot_id": "B1"},
        {"user": BOT},
        {"user": None},
    ],
    ids=str,
)
def test_edits_joins_bots_and_its_own_messages_are_not_heard(
    event: dict[str, Any], *, is_mention: bool
) -> None:
    assert said(is_mention=is_mention) is not None
    assert said(is_mention=is_mention, **event) is None


@pytest.mark.parametrize(("channel", "is_mention"), [("C1", False), ("G1", False), ("D1", True)])
def test_in_channels_only_mentions_are_heard(channel: str, *, is_mention: bool) -> None:
    assert said(is_mention=is_mention, channel=channel) is None
