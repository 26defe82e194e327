"""Answers a message: a question or a command, in its thread or to its sender alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bot.access.decisions import DIRECT_MESSAGE, EPHEMERAL, Action
from bot.access.visibility import Visibility
from bot.conversations.following import Following
from bot.conversations.heard import HeardMessage, MessageEvent
from bot.conversations.in_channel import ChannelAnswers
from bot.conversations.memory import ThreadMemory
from bot.conversations.turns import Turns
from bot.conversations.waiting import Waiting
from bot.errors import AccessDeniedError, BotError, UsageError
from bot.feature import QUESTION, Command, split_command
from bot.questions.courtesy import GREETING, without_courtesy
from bot.questions.parsing import CANONICAL_LENGTH, canonical_text
from bot.questions.words import HUMAN_LENGTH
from bot.slack.event import Asked
from bot.slack.ids import is_direct_message
from bot.slack.replies import Replies
from bot.slack.sent import Asker, Request
from bot.slack.thread_notes import ThreadNotes
from bot.style.parts import Quiet, Said
from bot.style.rendering import message_of
from storage.conversations.questions import EVERYBODY

_ELSE = "help shows what else there is."
_ALERT = "alert"  # "tell me when it drops" names no accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking:
    """Answers messages, each once.

    Attributes
    ----------
    suggested : callable
        Lists questions that are answered to whoever may see that.
    commands : callable
        Lists the commands of all features by name: a message may begin with one, as behind the
        slash.
    """

    in_channel: ChannelAnswers
    following: Following
    memory: ThreadMemory
    replies: Replies
    notes: ThreadNotes
    suggested: Callable[[Visibility], Sequence[str]]
    commands: Callable[[], Mapping[str, Command]]
    turns: Turns = field(default_factory=Turns)

    def mentioned(self, event: MessageEvent) -> Asked | None:
        """Hear a message that mentions the bot in a channel."""
        return self._hear(event, is_mention=True)

    def told(self, event: MessageEvent) -> Asked | None:
        """Hear a message in a direct conversation with the bot."""
        return self._hear(event, is_mention=False)

    def _hear(self, event: MessageEvent, *, is_mention: bool) -> Asked | None:
        workspace = self.in_channel.asking.gate.workspace
        said = HeardMessage.of(event, bot_user_id=workspace.user_id, is_mention=is_mention)
        if said is None:
            return None
        asker = Asker(
            user_id=said.user_id,
            team_id=workspace.team_id,
            channel_id=said.channel_id,
            request_id=f"{said.channel_id} {said.ts}",
            # Slack shows nothing to one person alone in a thread that is none yet
            thread_ts=said.thread.thread_ts if not is_mention else said.thread_ts,
        )
        text = without_courtesy(said.text) or GREETING
        waiting = Waiting(memory=self.memory, said=said)
        if waiting.is_repeated():
            return None
        return Asked(
            asker=asker,
            text=text,
            answer=partial(self._answer, waiting, text, asker),
            note=partial(self.notes.say, said.channel_id, said.thread.thread_ts),
            may_explain=waiting.may_explain,
            over=waiting.over,
        )

    def _answer(self, waiting: Waiting, text: str, asker: Asker) -> None:
        if not waiting.is_first():
            return
        if text == GREETING and self._greeted(waiting, asker):
            return
        name, rest = split_command(text, self.commands())
        if name == QUESTION:
            with self.turns.of(waiting.said.goes_on_in):
                self._answer_question(waiting, rest, asker)
        elif waiting.may_answer():
            if name == _ALERT:
                rest = self._asked(waiting.said, rest, asker, self.following.about) or rest
            message = self.commands()[name](Request(text=rest, asker=asker, trigger_id=""))
            if message is not None:
                self.replies.send(asker, message)

    def _greeted(self, waiting: Waiting, asker: Asker) -> bool:
        """Answer words without a question with some that are answered; False if none is."""
        questions = self.suggested(self._visibility(asker))
        if questions and waiting.may_answer():
            said = Said("Ask for any group and period, such as:"), Said(*questions), Quiet(_ELSE)
            self.replies.send(asker, message_of(said))
        return bool(questions)

    def _answer_question(self, waiting: Waiting, text: str, asker: Asker) -> None:
        said = waiting.said
        asked, most = self._asked(said, text, asker, self.following.completed), CANONICAL_LENGTH
        if asked is None:
            asked, most = text, HUMAN_LENGTH
        if is_direct_message(said.channel_id):
            self._answer_alone(waiting, asked, asker, most)
            return
        channel = self.in_channel
        try:
            reply = channel.answer(asked, asker, said.thread, max_length=most)
        except (AccessDeniedError, UsageError) as error:
            # Of what the channel may not see its asker may see more; if not, that is refused.
            self._answer_alone(waiting, asked, asker, most, kept_from_channel=error)
            return
        self.memory.remember(said, canonical_text(reply.question), seen_by=EVERYBODY)
        if waiting.may_answer():
            self.memory.note_answer(said, channel.post(reply, said.thread))

    def _asked(
        self,
        said: HeardMessage,
        text: str,
        asker: Asker,
        go_on: Callable[[str, str, Visibility], str | None],
    ) -> str | None:
        """Let a text go on from the question before; None where it does not, or there is none."""
        before = self.memory.question_before(said)
        if before is None:
            return None
        return go_on(text, before, self._visibility(asker))

    def _visibility(self, asker: Asker) -> Visibility:
        return self.in_channel.asking.gate.visibility(asker, Action.ASK)

    def _answer_alone(
        self,
        waiting: Waiting,
        asked: str,
        asker: Asker,
        max_length: int,
        kept_from_channel: BotError | None = None,
    ) -> None:
        said, channel = waiting.said, self.in_channel
        surface = EPHEMERAL if kept_from_channel else DIRECT_MESSAGE
        personal = channel.asking.ask(asked, asker, max_length=max_length, surface=surface)
        question = canonical_text(personal.reply.question)
        self.memory.remember(said, question, seen_by=said.user_id)
        if not waiting.may_answer():
            return
        if kept_from_channel:
            channel.say_sent_alone(asker, said.thread, kept_from_channel)
            asker = replace(asker, thread_ts=said.thread.thread_ts)
        else:  # nothing can be shared from a direct message
            personal = replace(personal, can_share=False)
        self.replies.send(asker, personal.message(channel.main_dimension))
