"""``/nrr profile`` and ``/nrr goal``: shown to people, changed by administrators."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from bot.access.decisions import Action
from bot.access.gate import Gate
from bot.access.visibility import Visibility, visibility_of
from bot.access.wording import COMPANY
from bot.answers.answer import Answer
from bot.answers.answers import Answers
from bot.answers.asking import Asking
from bot.command_places import CommandPlace
from bot.errors import BotError
from bot.goals.grammar import SetGoal, read_goal, read_level, read_profile
from bot.goals.message import (
    ProfileView,
    goal_sentence,
    goals_parts,
    level_parts,
    level_words,
    profile_parts,
)
from bot.goals.setting import GoalSetting
from bot.message import Message
from bot.questions.question import canonical_scope
from bot.slack.sent import Asker, Request
from bot.style.names import escaped, scope_name
from bot.style.rendering import message_of
from metrics.errors import MetricsError
from metrics.rollup import Scope
from metrics.segments import NO_VALUE
from storage.errors import StorageError


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCommands:
    """Serves both sub-commands."""

    gate: Gate
    setting: GoalSetting
    answers: Answers
    asking: Asking

    def profile(self, request: Request) -> Message:
        """Show the profile, hold a level against it, or change it for an administrator.

        Raises
        ------
        UsageError
            If the words are no profile.
        AccessDeniedError
            If it is for administrators alone.
        """
        level = read_level(request.text)
        if level is None and (change := read_profile(request.text)) is not None:
            self.gate.require(request.asker, Action.GOALS, fresh=True)
            self.setting.change_profile(change, by=request.asker)
        seen = self._visibility(request.asker)
        view = profile_view(self.setting, self.answers, seen)
        if level is not None:
            return message_of(level_parts(level, view, CommandPlace.SLACK))
        return message_of(profile_parts(view, CommandPlace.SLACK))

    def goal(self, request: Request) -> Message:
        """List the goals of what a person may see, or change one for an administrator.

        Raises
        ------
        UsageError
            If the words are no goal.
        AccessDeniedError
            If it is for administrators alone.
        """
        asker, change = request.asker, read_goal(request.text)
        if change is None:
            return self._listed(asker)
        self.gate.require(asker, Action.GOALS, fresh=True)
        scope = self.setting.change_goal(change, by=asker)
        if isinstance(change, SetGoal):
            level = level_words(self.setting.expectations(), [scope])[scope]
            return Message(escaped(goal_sentence(scope, level, self._now(scope, asker))))
        return Message(f"There is no goal of {escaped(scope_name(scope))} any more.")

    def _listed(self, asker: Asker) -> Message:
        seen, expectations = self._visibility(asker), self.setting.expectations()
        scopes = [scope for scope in expectations.goals if seen.sees(scope)]
        now = {scope: self._now(scope, asker) for scope in scopes}
        return message_of(goals_parts(level_words(expectations, scopes), now, CommandPlace.SLACK))

    def _now(self, scope: Scope, asker: Asker) -> Answer | None:
        """Ask for twelve months as the person would, who may not see all of them."""
        with suppress(BotError, MetricsError, StorageError):
            reply = self.asking.ask_again(year_question(scope), asker).reply
            return reply if isinstance(reply, Answer) else None
        return None

    def _visibility(self, asker: Asker) -> Visibility:
        return visibility_of(self.gate.require_person(asker), Action.ASK)


def year_question(scope: Scope) -> str:
    """Write the question for twelve months of a scope."""
    return f"{canonical_scope(scope) or COMPANY} ttm"


def profile_view(setting: GoalSetting, answers: Answers, seen: Visibility) -> ProfileView:
    """Gather what somebody may see of the profile."""
    expectations, dimension = setting.expectations(), answers.main_dimension
    values: Iterable[str] = ()
    with suppress(BotError, MetricsError, StorageError):  # a ledger may be imported later
        values = answers.vocabulary(seen).values.get(dimension, ())
    named = [(dimension, value) for value in values if value != NO_VALUE]
    others = [pair for pair in expectations.segments if pair not in named and seen.sees((pair,))]
    return ProfileView(
        expectations=expectations,
        stage=answers.company_stage() if seen.is_whole and expectations.profile else None,
        sees_company=seen.is_whole,
        main_dimension=dimension,
        pairs=[*named, *others],
    )
