"""The buttons under a reply: another question, or "Share to channel" with a picture, once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from bot.answers.answer import Reply
from bot.answers.asking import Asking
from bot.answers.reply import shared_reply
from bot.errors import UsageError
from bot.message import Message
from bot.questions.buttons import block_id
from bot.slack.channel_posts import ChannelPosts
from bot.slack.failures import UnclearError
from bot.slack.once import Once
from bot.slack.sent import Click
from bot.slack.uploads import Uploads
from storage.delivery.parcels import Picture

SHARED = Message("Shared.")
SHARED_PLAINLY = Message("Shared, without its picture: Slack did not take that.")
SHARED_BEFORE = Message(
    "This answer is shared already, or on its way. If it is not in the channel, ask again"
    " and share the new answer."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareButton:
    """Posts a reply in the channel that it was asked in.

    Attributes
    ----------
    remember : callable
        Remembers a reply for a channel: a change of its figures is announced there, and what is
        asked below, if its time stamp is known, goes on from its question.
    """

    asking: Asking
    draw: Callable[[Reply], Picture | None]
    uploads: Uploads
    posts: ChannelPosts
    main_dimension: str
    remember: Callable[[str, Reply, str], None]
    _once: Once = field(default_factory=Once, init=False)

    def share(self, click: Click) -> Message:
        """Post the reply, and confirm it to the person who shared it.

        Raises
        ------
        AccessDeniedError
            If the channel is not for figures, or the person no longer is.
        RefusedError, UnclearError
            If Slack did not take it, or did not say.
        UsageError, MetricsError, StorageError
            If the button carries no question that can be answered.
        """
        asker = click.asker
        with self._once.attempt((asker.channel_id, click.message_ts, asker.user_id)) as is_first:
            return self._share(click) if is_first else SHARED_BEFORE

    def _share(self, click: Click) -> Message:
        channel_id = click.asker.channel_id
        surface = self.asking.gate.require_channel(channel_id)
        reply = self.asking.ask_for_channel(click.value, click.asker, surface)
        if click.block_id not in ("", block_id(reply.grounds)):  # empty in messages without ids
            raise UsageError(
                "the data has changed since this answer: ask again, and share what you then see"
            )
        picture = self.draw(reply)
        file_id = self.uploads.upload(picture) if picture else None
        lay_out = partial(
            shared_reply, reply, shared_by=click.asker.user_id, main_dimension=self.main_dimension
        )
        pictured = [lay_out(picture=(file_id, picture.alt_text))] if picture and file_id else []
        # Asked again: an upload takes seconds, and meanwhile strangers may have joined the channel.
        self.asking.require_shared(reply, click.asker, channel_id)
        try:
            taken = self.posts.post(channel_id, *pictured, lay_out())
        except UnclearError:
            self.remember(channel_id, reply, "")  # it may be there
            raise
        self.remember(channel_id, reply, taken.ts)
        has_picture = any(taken.variant.blocks == message.blocks for message in pictured)
        return SHARED if has_picture or picture is None else SHARED_PLAINLY
