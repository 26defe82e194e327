"""One person's Home tab: the figures that they may see, then the section of each feature."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from bot.access.decisions import Action, Reach, Reason
from bot.access.gate import Gate
from bot.access.visibility import Visibility
from bot.access.wording import administrators
from bot.answers.answers import Answers
from bot.answers.examples import Examples, examples_of
from bot.errors import AccessDeniedError, BotError, sentence, told
from bot.feature import HomeSection
from bot.home.questions import question_buttons
from bot.home.tiles import tile_list, tile_table, tiles_of
from bot.message import Message
from bot.questions.question import canonical_scope
from bot.slack.sent import Asker
from bot.style.grid import WithPeople
from bot.style.grounds import footer
from bot.style.names import scope_name
from bot.style.parts import Footer, Headline, Part, Parts, Quiet, Said
from bot.style.rendering import message_of
from bot.trends.trend import Trend
from bot.trends.wording.findings import finding_lines
from bot.trends.wording.pictures import trend_title
from bot.trends.wording.sentences import running_line
from metrics.errors import MetricsError
from metrics.rollup import Scope
from storage.errors import StorageError

ORDER = ("attention", "digests", "rules", "access", "administration", "messages", "sources", "data")
"""The sections below the figures, in the order of reading."""
UNTOLD = (BotError, MetricsError, StorageError)
"""Errors that one part of a page tells in a sentence; the others are shown."""
TITLE = "Net revenue retention"
ANSWERS_COME = "Answers come under Messages, to you alone."


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """A page as it is published; ``reach`` are the figures on it, None where it has none."""

    message: Message
    reach: Reach | None = None
    data_version: int | None = None


@dataclass(frozen=True, slots=True)
class _Figures:
    years: Trend | None  # None where the ledger does not reach back twelve months
    months: Trend

    @property
    def scope(self) -> Scope:
        return self.months.question.scope

    @property
    def told(self) -> Trend:
        """The trend that the first sentences are about."""
        return self.years or self.months


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePages:
    """Composes the Home tab of each person.

    Attributes
    ----------
    sections : mapping
        What each feature shows there, by the names of `ORDER`.
    """

    answers: Answers
    gate: Gate
    sections: Mapping[str, HomeSection]

    def compose(self, asker: Asker) -> HomePage:
        """Compose a person's page as they may see it now.

        Raises
        ------
        AccessDeniedError
            If Slack does not say who they are.
        """
        visibility = self.gate.visibility(asker, Action.ASK)
        if not visibility.scopes:
            return HomePage(message=message_of(self._closed(asker)))
        scope, examples = visibility.first, examples_of(self.answers, visibility)
        try:
            figures = self._figures(scope, examples, visibility)
        except UNTOLD as error:
            title = Headline(f"{TITLE} · {scope_name(scope)}")
            below = tuple(self._sections(asker))
            return HomePage(message=message_of((title, Said(told(error)), *below)))
        offered = question_buttons(examples, visibility, has_year=figures.years is not None)
        return HomePage(
            message=_laid_out(figures, (offered, Quiet(ANSWERS_COME), *self._sections(asker))),
            reach=Reach(scope=figures.scope),
            data_version=figures.months.grounds.data_version,
        )

    def _closed(self, asker: Asker) -> Parts:
        """Say why a person sees nothing, and to those of the house who can change that."""
        try:
            self.gate.require_person(asker)
        except AccessDeniedError as error:
            reason, said = error.args[0], Said(sentence(error))
            if reason is not Reason.NO_GRANT:
                return Headline(TITLE), said
            named = administrators(self.gate.records.grants(), self.gate.is_barred)
            how = f" with `/nrr access grant {asker.user_id} viewer company`"
            return Headline(TITLE), said, Said(WithPeople("Ask:", (*named, how)))
        return Headline(TITLE), Said(sentence(AccessDeniedError(Reason.NO_ROLE)))

    def _figures(self, scope: Scope, examples: Examples, visibility: Visibility) -> _Figures:
        about, split = canonical_scope(scope), ""
        if examples.dimension and self.answers.main_dimension not in dict(scope):
            split = f"by {examples.dimension}"
        months = self._trend(f"trend {about} monthly 12m", visibility)
        try:
            years = self._trend(f"trend {about} {split} 12m", visibility)
        except UNTOLD:
            return _Figures(None, months)
        return _Figures(years, months)

    def _trend(self, asked: str, visibility: Visibility) -> Trend:
        return cast("Trend", self.answers.reply(asked, visibility=visibility))

    def _sections(self, asker: Asker) -> Iterator[Part]:
        for section in (self.sections[name] for name in ORDER if name in self.sections):
            try:
                yield from section(asker)
            except UNTOLD as error:
                yield Quiet(told(error))


def _begun(months: Trend) -> tuple[str | None, ...]:
    """Tell of the month that runs while none is over: there is no tile yet."""
    if months.whole.latest is not None:
        return ()
    return f"{trend_title(months)}.", running_line(months)


def _laid_out(figures: _Figures, below: Parts) -> Message:
    """Lay a page out with tiles beside each other; below each other where Slack takes no table."""
    tiles = tiles_of(figures.years, figures.months)
    before: Parts = (
        Headline(f"{TITLE} · {scope_name(figures.scope)}"),
        Said(*finding_lines(figures.told)),
        Said(*_begun(figures.months)),
    )
    after: Parts = (*below, Footer(footer(figures.told.grounds)))
    shown = message_of((*before, *tile_table(tiles), *after))
    listed = message_of((*before, *tile_list(tiles), *after))
    return Message(listed.text, shown.blocks, listed.plainer)  # a table across reads as no sentence
