"""``nrrbot profile`` and ``nrrbot goal``: the same words as in Slack."""

from contextlib import suppress
from functools import cached_property
from typing import Annotated

import typer

from bot.access.decisions import COMMAND_LINE
from bot.access.records import Records
from bot.access.visibility import EVERYTHING
from bot.answers.answer import Answer
from bot.answers.workplace import Workplace
from bot.command_places import CommandPlace
from bot.console import AsJson, Today, out, print_json, say
from bot.errors import BotError
from bot.goals.command import profile_view, year_question
from bot.goals.document import goals_json, level_json, profile_json
from bot.goals.grammar import SetGoal, read_goal, read_level, read_profile
from bot.goals.message import goal_sentence, goals_parts, level_parts, level_words, profile_parts
from bot.goals.setting import GoalSetting
from bot.questions.days import parse_today
from bot.questions.parsing import CANONICAL_LENGTH
from bot.slack.sent import OPERATOR
from bot.style.names import scope_name
from bot.style.terminal import print_parts
from metrics.errors import MetricsError
from metrics.rollup import Scope
from storage.errors import StorageError

profile = typer.Typer(add_completion=False)
goal = typer.Typer(add_completion=False)


class GoalWorkplace(Workplace):
    """A workplace that also changes profile and goals."""

    @cached_property
    def setting(self) -> GoalSetting:
        """The profile and the goals, as they are changed."""
        return GoalSetting(
            store=self.store,
            records=Records.of(self.store, self.settings),
            surface=COMMAND_LINE,
            vocabulary=self.answers.vocabulary,
            today=self.today,
        )

    def now(self, scope: Scope) -> Answer | None:
        """Read twelve months of a scope; None where there are none."""
        with suppress(BotError, MetricsError, StorageError):
            return self.answers.ask(year_question(scope), max_length=CANONICAL_LENGTH)
        return None


@profile.command()
def declare(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="smb, enterprise, mid-market, product-led or usage-based; stage series-a; segment"
            " NAME smb; off; 92% to hold that against peers. Without words the profile is shown."
        ),
    ] = None,
    *,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Say which kind of company this is, so that benchmarks are shown."""
    place = GoalWorkplace.at_head(parse_today(today))
    level = read_level(" ".join(words or []))
    if level is None and (change := read_profile(" ".join(words or []))) is not None:
        place.setting.change_profile(change, by=OPERATOR)
    view = profile_view(place.setting, place.answers, EVERYTHING)
    if as_json:
        print_json(profile_json(view) if level is None else level_json(level, view))
    elif level is not None:
        print_parts(level_parts(level, view, CommandPlace.TERMINAL), out)
    else:
        print_parts(profile_parts(view, CommandPlace.TERMINAL), out)


@goal.command()
def aim(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="enterprise 115%; 110% for the company; remove enterprise. Without words all goals"
            " are listed."
        ),
    ] = None,
    *,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Set the NRR over twelve months that accounts are to reach, and see what is missing."""
    place = GoalWorkplace.at_head(parse_today(today))
    change = read_goal(" ".join(words or []))
    scope = None if change is None else place.setting.change_goal(change, by=OPERATOR)
    expectations = place.setting.expectations()
    if as_json:
        now = {one: place.now(one) for one in expectations.goals}
        print_json(goals_json(expectations, now))
    elif scope is None:
        now = {one: place.now(one) for one in expectations.goals}
        print_parts(goals_parts(level_words(expectations, now), now, CommandPlace.TERMINAL), out)
    elif isinstance(change, SetGoal):
        say(goal_sentence(scope, level_words(expectations, [scope])[scope], place.now(scope)))
    else:
        say(f"There is no goal of {scope_name(scope)} any more.")
