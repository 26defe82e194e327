"""Answers in a channel's thread, which everybody there reads."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.access.decisions import Reason
from bot.answers.answer import Reply
from bot.answers.asking import Asking
from bot.answers.reply import shared_reply
from bot.errors import BotError
from bot.message import Message
from bot.slack.channel_posts import ChannelPosts
from bot.slack.failures import UnclearError
from bot.slack.ids import mention
from bot.slack.sent import Asker
from storage.conversations.questions import Thread

SENT_ALONE = "I have sent it to"
"""Begins what a thread reads where one person alone has the answer."""
_UNKNOWN = "I could not check with Slack who reads this channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAnswers:
    """Answers there what the channel may see, by the rules of what people share.

    Attributes
    ----------
    remember : callable
        Remembers the figures of a reply for a channel: a change of one is announced there.
    """

    asking: Asking
    posts: ChannelPosts
    main_dimension: str
    remember: Callable[[str, Reply], None]

    def answer(self, asked: str, asker: Asker, thread: Thread, *, max_length: int) -> Reply:
        """Answer a question as far as its channel may see, and audit that it is answered there.

        Raises
        ------
        AccessDeniedError
            If the channel, or the person, may not see that there.
        UsageError, MetricsError, StorageError
            If it is no question that can be answered.
        """
        surface = self.asking.gate.require_channel(thread.channel_id)
        reply = self.asking.ask_for_channel(asked, asker, surface, max_length=max_length)
        self.asking.require_shared(reply, asker, thread.channel_id)
        return reply

    def post(self, reply: Reply, thread: Thread) -> str:
        """Post an answer in its thread, and return its time stamp.

        Raises
        ------
        RefusedError, UnclearError
            If Slack did not take it, or did not say.
        """
        message = shared_reply(reply, main_dimension=self.main_dimension)
        try:
            posted = self.posts.post(thread.channel_id, message, thread_ts=thread.thread_ts)
        except UnclearError:
            self.remember(thread.channel_id, reply)  # it may be there
            raise
        self.remember(thread.channel_id, reply)
        return posted.ts

    def say_sent_alone(self, asker: Asker, thread: Thread, error: BotError) -> None:
        """Say in a thread who alone has the answer; it says nothing of what was asked.

        ``error`` is why the channel has not.
        """
        is_unknown = str(error) == Reason.UNKNOWN_CHANNEL
        why = _UNKNOWN if is_unknown else "this channel may not see that"
        said = f"{SENT_ALONE} {mention(asker.user_id)} alone: {why}."
        self.posts.post(thread.channel_id, Message(said), thread_ts=thread.thread_ts)
