"""Messages as Slack's events bring them: which of them ask the bot something, and what."""

import re
from dataclasses import dataclass
from typing import Self

from pydantic import Field

from bot.slack.event import EventModel
from bot.slack.ids import is_direct_message
from bot.slack.threads import direct_thread
from bot.slack.typed import typed_text
from storage.conversations.questions import Thread

_WRITTEN = frozenset({None, "file_share", "thread_broadcast"})
"""Kinds of messages that somebody wrote just now; others tell of edits, joins and the like."""


class MessageEvent(EventModel):
    """``app_mention``, and ``message`` as far as the manifest subscribes to it.

    References
    ----------
    https://docs.slack.dev/reference/events/app_mention
    https://docs.slack.dev/reference/events/message.im
    """

    channel: str = Field(min_length=1)
    ts: str = Field(min_length=1)
    user: str | None = None
    text: str = ""
    thread_ts: str | None = None
    subtype: str | None = None
    bot_id: str | None = None
    edited: object = None
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardMessage:
    """A message to the bot: by whom, where, and its text without the bot's name.

    ``thread_ts`` is the thread that it stands in, empty where it begins one.
    """

    user_id: str
    channel_id: str
    ts: str
    thread_ts: str
    text: str

    @classmethod
    def of(cls, event: MessageEvent, *, bot_user_id: str, is_mention: bool) -> Self | None:
        """Read a message; None where it is nobody's question to the bot."""
        is_written = event.subtype in _WRITTEN and not event.hidden and event.edited is None
        is_persons = bool(event.user) and event.user != bot_user_id and not event.bot_id
        # Of other conversations only mentions are heard: nobody there talks to the bot else.
        is_ours = is_direct_message(event.channel) is not is_mention
        if not (is_written and is_persons and is_ours and event.user):
            return None
        return cls(
            user_id=event.user,
            channel_id=event.channel,
            ts=event.ts,
            thread_ts=event.thread_ts or "",
            text=_plain(event.text, bot_user_id),
        )

    @property
    def thread(self) -> Thread:
        """The thread that its answer belongs to."""
        return Thread(channel_id=self.channel_id, thread_ts=self.thread_ts or self.ts)

    @property
    def goes_on_in(self) -> Thread:
        """The thread whose last question it goes on from."""
        is_new = is_direct_message(self.channel_id) and not self.thread_ts
        return direct_thread(self.user_id) if is_new else self.thread


def _plain(text: str, bot_user_id: str) -> str:
    named = re.sub(rf"<@{re.escape(bot_user_id)}(?:\|[^<>]*)?>", " ", text) if bot_user_id else text
    return typed_text(named)
