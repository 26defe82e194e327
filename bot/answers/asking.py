"""Questions of people: what they may see is answered, and that it was is written down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.access.authority import judge_grants
from bot.access.decisions import EPHEMERAL, Action, Allow, Reach, Reason, Surface
from bot.access.gate import Gate
from bot.access.visibility import Visibility, visibility_of
from bot.answers.answer import Reply
from bot.answers.small_cohorts import SmallCohortError, without_small_cohorts
from bot.errors import AccessDeniedError, HiddenScopeError
from bot.questions.parsing import CANONICAL_LENGTH, Question, Vocabulary
from bot.questions.words import HUMAN_LENGTH
from bot.slack.sent import Asker


class AsksQuestions(Protocol):
    """What answers questions: `bot.answers.answers.Answers`, or a stand-in for it."""

    def reply(
        self, asked: str | Question, *, max_length: int = ..., visibility: Visibility = ...
    ) -> Reply:
        """Return the reply to a question."""

    def vocabulary(self, visibility: Visibility = ...) -> Vocabulary:
        """Return the names that the ledger knows, as far as they may be seen."""

    @property
    def fiscal_start(self) -> int:
        """The month that the fiscal year starts with."""

    @property
    def today(self) -> Callable[[], date]:
        """The workspace's own day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A reply, and whether whoever asked may share it."""

    reply: Reply
    can_share: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Answers people.

    Attributes
    ----------
    answer : callable
        As `bot.answers.answers.Answers.reply`.
    """

    answer: Callable[..., Reply]
    gate: Gate

    def ask(
        self,
        asked: str | Question,
        asker: Asker,
        *,
        max_length: int = HUMAN_LENGTH,
        surface: Surface = EPHEMERAL,
    ) -> Asked:
        """Answer what somebody typed, for their eyes only.

        Raises
        ------
        AccessDeniedError
            If they may see nothing, or not that.
        UsageError, MetricsError, StorageError
            With one sentence on what to do instead. What they may not know of reads like what is
            not there.
        """
        principal = self.gate.require_person(asker)
        visibility = visibility_of(principal, Action.ASK)
        reply = self._reply(asked, asker, visibility, max_length=max_length)
        reach = Reach(scope=reply.question.scope)
        version = reply.data_version
        self.gate.note(asker, Action.ASK, reach, surface, data_version=version)
        may_share = judge_grants(principal, Action.SHARE, reach) == Allow()
        return Asked(reply=reply, can_share=may_share)

    def ask_again(self, asked: str | Question, asker: Asker) -> Asked:
        """Answer the question of a button, which is longer than people may type."""
        return self.ask(asked, asker, max_length=CANONICAL_LENGTH)

    def ask_for_channel(self, text: str, asker: Asker, surface: Surface) -> Reply:
        """Answer what is to be shared: somebody may see it, and a channel may be shown it.

        Raises
        ------
        AccessDeniedError
            If they may not share that, there.
        """
        principal = self.gate.require_person(asker)
        visibility = visibility_of(principal, Action.ASK)
        if surface.names_shown:
            reply = self._reply(text, asker, visibility, max_length=CANONICAL_LENGTH)
        else:
            reply = self._without_accounts(text, asker, visibility)
        self.gate.require(asker, Action.SHARE, Reach(scope=reply.question.scope), surface=surface)
        return reply

    def _without_accounts(self, text: str, asker: Asker, visibility: Visibility) -> Reply:
        try:
            return self._reply(
                text, asker, visibility.without_accounts(), max_length=CANONICAL_LENGTH
            )
        except SmallCohortError as error:
            raise AccessDeniedError(Reason.NO_NAMES) from error

    def _reply(
        self, asked: str | Question, asker: Asker, visibility: Visibility, *, max_length: int
    ) -> Reply:
        try:
            reply = self.answer(asked, max_length=max_length, visibility=visibility)
            shown = visibility.sees_accounts(reply.question.scope)
            return reply if shown else without_small_cohorts(reply)
        except HiddenScopeError as hidden:
            reach = Reach(scope=hidden.scope)
            self.gate.refuse(asker, Action.ASK, Reason.OUT_OF_SCOPE, reach)
            raise
        except AccessDeniedError as error:
            self.gate.refuse(asker, Action.ASK, error.args[0], None)
            raise
