"""The button "Share to channel": the answer for everybody, with its picture, posted once."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.access.decisions import Action, Reach, Surface
from bot.access.gate import Gate
from bot.answers.answer import Reply
from bot.answers.reply import shared_reply
from bot.errors import UsageError
from bot.message import Message
from bot.questions.buttons import block_id
from bot.slack.once import Once
from bot.slack.posts import Posts
from bot.slack.sent import Asker, Click
from bot.slack.uploads import Uploads
from storage.delivery.outbox import Picture

SHARED = Message("Shared.")
SHARED_PLAINLY = Message("Shared, without its picture: Slack did not take that.")
SHARED_BEFORE = Message(
    "This answer is shared already, or on its way. If it is not in the channel, ask again"
    " and share the new answer."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """What sharing needs.

    Attributes
    ----------
    ask : callable
        From the button's text, whoever clicked and the channel to the answer.
    draw : callable
        From the answer to its picture.
    """

    ask: Callable[[str, Asker, Surface], Reply]
    draw: Callable[[Reply], Picture]
    gate: Gate
    uploads: Uploads
    posts: Posts
    once: Once
    main_dimension: str

    def share(self, click: Click) -> Message:
        """Post the answer in the channel, and return what to tell the person who shared it.

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
        with self.once.attempt((asker.channel_id, click.message_ts, asker.user_id)) as is_first:
            return self._share(click) if is_first else SHARED_BEFORE

    def _share(self, click: Click) -> Message:
        channel_id = click.asker.channel_id
        surface = self.gate.require_channel(channel_id)
        answer = self.ask(click.value, click.asker, surface)
        if click.block_id not in ("", block_id(answer)):
            raise UsageError(
                "the data has changed since this answer: ask again, and share what you then see"
            )
        file_id = self.uploads.upload(self.draw(answer))
        plain = self._message(click, answer, None)
        pictured = [self._message(click, answer, file_id)] if file_id else []
        reach, version = Reach(scope=answer.question.scope), answer.data_version
        surface = self.gate.require_post(click.asker, Action.SHARE, reach, channel_id)
        self.gate.note(click.asker, Action.SHARE, reach, surface, data_version=version)
        taken = self.posts.post(channel_id, *pictured, plain)
        return (
            SHARED
            if any(taken.blocks == message.blocks for message in pictured)
            else SHARED_PLAINLY
        )

    def _message(self, click: Click, answer: Reply, file_id: str | None) -> Message:
        return shared_reply(
            answer,
            shared_by=click.asker.user_id,
            file_id=file_id,
            main_dimension=self.main_dimension,
        )
