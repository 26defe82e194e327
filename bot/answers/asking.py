"""Questions of people: answered as far as each may see, and written into the audit."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.access.authority import judge_grants
from bot.access.decisions import EPHEMERAL, Action, Allow, Principal, Reach, Reason, Surface
from bot.access.gate import Gate
from bot.access.visibility import Visibility, visibility_of
from bot.access.wording import how_to_see_accounts
from bot.answers.answer import Reply
from bot.answers.instead import instead_of
from bot.answers.reply import private_reply
from bot.answers.small_cohorts import DetailNeededError
from bot.answers.views import reaches_of
from bot.errors import AccessDeniedError, HiddenScopeError
from bot.message import Message
from bot.questions.parsing import CANONICAL_LENGTH, Question
from bot.questions.words import HUMAN_LENGTH
from bot.slack.sent import Asker


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalReply:
    """A reply to a person, whether they may share it, and what they may see beside it."""

    reply: Reply
    can_share: bool
    visibility: Visibility

    def message(self, main_dimension: str) -> Message:
        """Lay the reply out for the person who asked, with buttons to go deeper."""
        return private_reply(
            self.reply,
            can_share=self.can_share,
            main_dimension=main_dimension,
            sees=self.visibility.sees,
        )


@dataclass(frozen=True, slots=True)
class _Viewer:
    asker: Asker
    principal: Principal
    visibility: Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Answers people, each as far as their grants reach.

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
    ) -> PersonalReply:
        """Answer a person's question, for their eyes only.

        Raises
        ------
        AccessDeniedError
            If they may see nothing, or not that.
        UsageError, MetricsError, StorageError
            With one sentence on what to do instead. What they may not know of reads like what is
            not there.
        """
        viewer = self._viewer(asker)
        reply = self._reply(asked, viewer, max_length=max_length)
        reaches, version = reaches_of(reply), reply.grounds.data_version
        # Before anybody sees the reply: one that cannot be audited must not be given.
        for reach in reaches:
            self.gate.require_audited(asker, Action.ASK, reach, surface, data_version=version)
        may_share = all(
            judge_grants(viewer.principal, Action.SHARE, Reach(scope=reach.scope)) == Allow()
            for reach in reaches
        )
        return PersonalReply(reply=reply, can_share=may_share, visibility=viewer.visibility)

    def ask_again(self, asked: str | Question, asker: Asker) -> PersonalReply:
        """Answer the question of a button, which is longer than people may type."""
        return self.ask(asked, asker, max_length=CANONICAL_LENGTH)

    def ask_for_channel(
        self, text: str, asker: Asker, surface: Surface, *, max_length: int = CANONICAL_LENGTH
    ) -> Reply:
        """Answer a question for a channel: a person may share the scope, and it may be shown there.

        Raises
        ------
        AccessDeniedError
            If they may not share that, there.
        """
        viewer = self._viewer(asker)
        if not surface.names_shown:  # a cohort of four gives its accounts away to all who read it
            viewer = replace(viewer, visibility=viewer.visibility.without_accounts())
        try:
            reply = self._reply(text, viewer, max_length=max_length)
        except DetailNeededError as error:
            if surface.names_shown:
                raise
            raise AccessDeniedError(Reason.NO_NAMES) from error
        for reach in reaches_of(reply):
            self.gate.require(asker, Action.SHARE, reach, surface=surface)
        return reply

    def require_shared(self, reply: Reply, asker: Asker, channel_id: str) -> None:
        """Check, as all of it is now, that a reply may stand in a channel; audit that it does.

        Raises
        ------
        AccessDeniedError
            If it may not.
        StorageError
            If it cannot be audited: then it must not be posted.
        """
        gate, version = self.gate, reply.grounds.data_version
        for reach in reaches_of(reply):
            surface = gate.require_post(asker, Action.SHARE, reach, channel_id)
            gate.require_audited(asker, Action.SHARE, reach, surface, data_version=version)

    def _viewer(self, asker: Asker) -> _Viewer:
        principal = self.gate.require_person(asker)
        return _Viewer(asker, principal, visibility_of(principal, Action.ASK))

    def _reply(self, asked: str | Question, viewer: _Viewer, *, max_length: int) -> Reply:
        asker, visibility = viewer.asker, viewer.visibility
        try:
            return self.answer(asked, max_length=max_length, visibility=visibility)
        except HiddenScopeError as hidden:  # the audit names the scope that the sentence hides
            reach = Reach(scope=hidden.scope)
            self.gate.refuse(asker, Action.ASK, Reason.OUT_OF_SCOPE, reach)
            raise
        except AccessDeniedError as error:
            self.gate.refuse(asker, Action.ASK, error.args[0], None)
            if isinstance(error, DetailNeededError):
                how = how_to_see_accounts(viewer.principal, error.scope)
                ask = partial(self.answer, max_length=CANONICAL_LENGTH, visibility=visibility)
                raise error.with_line(how, instead_of(error, ask)) from error
            raise
