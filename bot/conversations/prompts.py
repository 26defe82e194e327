"""Three questions that whoever opens the bot's direct conversation may ask of this ledger."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from pydantic import Field

from bot.access.decisions import Action
from bot.access.gate import Gate
from bot.access.visibility import Visibility
from bot.answers.answers import Answers
from bot.errors import AccessDeniedError, UsageError
from bot.slack.event import EventModel, Work
from bot.slack.sent import Asker
from metrics.errors import MetricsError

MOST = 3
_COMPANY = (
    "How is the whole company doing over the last 12 months?",
    "Which {dimension} is worst over the last 12 months?",
    "Why did the company change last quarter?",
)
_PART = (
    "How is {value} doing over the last 12 months?",
    "Why did {value} change last quarter?",
    "How did {value} do last month?",
)


class MessagesTabOpened(EventModel):
    """``app_home_opened``; https://docs.slack.dev/reference/events/app_home_opened."""

    user: str = Field(min_length=1)
    channel: str = Field(min_length=1)
    tab: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """Suggests questions where messages are written.

    Attributes
    ----------
    show : callable
        Takes a conversation and the questions.
    """

    gate: Gate
    answers: Answers
    main_dimension: str
    show: Callable[[str, Sequence[str]], None]

    def opened(self, event: MessagesTabOpened) -> Work | None:
        """Suggest questions to whoever opens the conversation."""
        return partial(self._suggest, event) if event.tab == "messages" else None

    def _suggest(self, event: MessagesTabOpened) -> None:
        team_id = self.gate.workspace.team_id
        asker = Asker(user_id=event.user, team_id=team_id, channel_id=event.channel)
        with suppress(AccessDeniedError):  # who may see nothing is told so when they ask
            seen = self.gate.visibility(asker, Action.ASK)
            if questions := self.questions(seen):
                self.show(event.channel, questions)

    def questions(self, visibility: Visibility) -> list[str]:
        """List questions of what somebody may see, each of which is answered."""
        values = self.answers.vocabulary(visibility).values.get(self.main_dimension, ())
        names = {"dimension": self.main_dimension.replace("_", "-")}
        lines = [line.format_map(names) for line in _COMPANY if visibility.is_whole]
        lines += [line.format(value=value) for value in values[:MOST] for line in _PART]
        answered = (line for line in lines if self._is_answered(line, visibility))
        return [line for line, _ in zip(answered, range(MOST), strict=False)]

    def _is_answered(self, line: str, visibility: Visibility) -> bool:
        with suppress(AccessDeniedError, UsageError, MetricsError):
            self.answers.reply(line, visibility=visibility)
            return True
        return False
