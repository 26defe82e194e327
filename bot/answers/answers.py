"""Questions to answers: the use cases that commands, jobs and the command line share."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from bot.access.visibility import EVERYTHING, Visibility
from bot.answers.answer import Answer, Reply
from bot.answers.reading import Reading, Sight
from bot.answers.small_cohorts import (
    DetailNeededError,
    SmallCohortError,
    in_quarter,
    is_of_usual_month,
)
from bot.answers.views import AccountsError
from bot.clock import today_in, utc_now
from bot.config import Settings
from bot.errors import UsageError
from bot.questions.parsing import Question
from bot.questions.question import OF_NOW, View
from bot.questions.words import HUMAN_LENGTH, Vocabulary
from bot.treatments.playbook import Playbook
from bot.treatments.reading import default_playbook, playbook_in_force
from bot.trends.trend import Trend
from metrics.benchmarks.tables import CompanyStage
from metrics.segments import Tiers
from storage.access.small_groups import shows_small_groups
from storage.benchmarks.expectations import read_expectations
from storage.errors import BelowZeroThenError, StorageError
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from storage.store.memory import LedgerMemory, Memory

if TYPE_CHECKING:  # the type alone: few have a warehouse
    from storage.warehouse.copy import WarehouseReader

REPLIES = 200  # remembered whole: a channel asks the same thing, and a button asks again


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers questions from one store, a short session for each.

    Sums of the newest data are remembered between two questions. With a warehouse, the ledger is
    there, and the store keeps its answers.
    """

    store: Store
    tiers: Tiers
    main_dimension: str
    fiscal_start: int
    today: Callable[[], date]
    zone: tzinfo = UTC
    warehouse: "WarehouseReader | None" = None
    playbook: Playbook = field(default_factory=default_playbook)
    small_groups: bool = False  # whether the settings show groups under five to everybody
    _memory: LedgerMemory = field(default_factory=LedgerMemory, init=False, repr=False)
    _replies: Memory = field(default_factory=lambda: Memory(REPLIES), init=False, repr=False)

    @classmethod
    def of(
        cls, store: Store, settings: Settings, *, today: Callable[[], date] | None = None
    ) -> Self:
        """Open the use cases on a store, with a workspace's settings; its own day by default."""
        url = settings.warehouse_url
        return cls(
            store=store,
            tiers=settings.tiers,
            main_dimension=settings.nrrbot_main_dimension,
            zone=settings.zone,
            fiscal_start=settings.nrrbot_fiscal_year_start,
            # anew for each question: a bot runs for weeks
            today=today or (lambda: today_in(settings.zone)),
            warehouse=_warehouse(store, url.get_secret_value()) if url else None,
            small_groups=settings.nrrbot_small_groups,
            playbook=playbook_in_force(settings.nrrbot_playbook),
        )

    def ask(
        self,
        asked: str | Question,
        *,
        today: date | None = None,
        as_of: datetime | None = None,
        max_length: int = HUMAN_LENGTH,
        visibility: Visibility = EVERYTHING,
    ) -> Answer:
        """Answer a question about one period: `reply`, where a trend is refused."""
        reply = self.reply(
            asked, today=today, as_of=as_of, max_length=max_length, visibility=visibility
        )
        if isinstance(reply, Answer):
            return reply
        asked_for = "a trend" if isinstance(reply, Trend) else "another view than the answer"
        raise UsageError(f"that asks for {asked_for}: leave the word out for one period's answer")

    def reply(
        self,
        asked: str | Question,
        *,
        today: date | None = None,
        as_of: datetime | None = None,
        max_length: int = HUMAN_LENGTH,
        visibility: Visibility = EVERYTHING,
    ) -> Reply:
        """Answer a question, with a trend if it asks for one.

        Parameters
        ----------
        asked : str or Question
            A text is read first: words in any order, as after the slash command; an empty one asks
            for the whole company.
        today : date, optional
            The day that words such as last-quarter start from; the workspace's by default.
        as_of : datetime, optional
            Answer from what was recorded by then.
        max_length : int
            Longer texts are refused.
        visibility : Visibility
            The scopes that the person who asks may see; nothing else is there for them. Without
            account detail small groups are left out, see `bot.answers.small_cohorts`.

        Raises
        ------
        UsageError, MetricsError, StorageError
            With one sentence on what to do instead.
        AccessDeniedError
            If it is about everything, and not everything may be seen; or about too few accounts.
        """

        def reply(reading: Reading) -> Reply:
            question = reading.question(asked, visibility=visibility, max_length=max_length)
            return self._reply(reading, question, visibility)

        if as_of is None and self.warehouse is None:
            with self._read_in(self.store.glance(), today=today) as reading:
                return reply(reading)
        with self.reading(today=today, as_of=as_of) as reading:
            return reply(reading)

    def _reply(self, reading: Reading, question: Question, visibility: Visibility) -> Reply:
        try:
            if question.view is View.CARD:
                return reading.card(question, visibility)
            if question.view in OF_NOW:
                return reading.ranking(question, self._sight(question, visibility))
            shown = self._shown_or_longer(reading, question, visibility)
        except DetailNeededError as error:
            error.about(question)
            raise
        if self.warehouse is None:
            return shown
        # Nor is this: the warehouse may come and go.
        grounds = replace(shown.grounds, away_since=self.warehouse.away_since)
        return replace(shown, grounds=grounds)

    def _shown_or_longer(
        self, reading: Reading, question: Question, visibility: Visibility
    ) -> Reply:
        """Answer about the last quarter where nobody named a period, and a month is of too few."""
        try:
            return self._shown(reading, question, visibility)
        except SmallCohortError:
            if is_of_usual_month(question):
                quarter = reading.question("last-quarter").period
                with suppress(SmallCohortError):
                    return self._shown(reading, in_quarter(question, quarter), visibility)
            raise

    def _shown(self, reading: Reading, question: Question, visibility: Visibility) -> Reply:
        sight = self._sight(question, visibility)
        if question.view is View.ACCOUNTS and not sight.sees_accounts:
            raise AccountsError(question.scope)
        if sight.granted is not None:
            question = reading.in_whole_months(question)

        # A question says all that its reply rests on: who asked only decides what is left out.
        def found() -> Reply:
            try:
                return self._recalled(reading, (question,), lambda: reading.reply(question))
            except BelowZeroThenError as error:  # whose it is, is not for everybody
                raise error.named() if visibility.sees_accounts(()) else error from None

        shown = self._recalled(reading, (question, sight), lambda: reading.as_shown(found(), sight))
        # Not remembered with the reply: profile and goals change while its data stays.
        return reading.beside(shown)

    def _recalled(
        self, reading: Reading, asked: tuple[Hashable, ...], work: Callable[[], Reply]
    ) -> Reply:
        key = reading.today, *asked
        return self._replies.recall(reading.ledger.generation, key, work)

    def _sight(self, question: Question, visibility: Visibility) -> Sight:
        sees_accounts = all(map(visibility.sees_accounts, question.scopes))
        is_whole = sees_accounts or self.shows_small_groups()
        return Sight(granted=None if is_whole else visibility.scopes, sees_accounts=sees_accounts)

    def shows_small_groups(self) -> bool:
        """Tell whether groups of fewer than five accounts are shown to everybody."""
        if self.small_groups:
            return True
        with self.store.glance() as session:
            return shows_small_groups(session)

    def company_stage(self) -> CompanyStage | None:
        """Find the stage of the company by its ARR; None where that cannot be told."""
        with suppress(StorageError), self.reading() as reading:
            return reading.company_stage()
        return None

    def vocabulary(self, visibility: Visibility = EVERYTHING) -> Vocabulary:
        """List the names that the ledger knows, as far as they may be seen.

        Raises
        ------
        StorageError
            If the ledger is empty, or cannot be read.
        """
        with self.reading() as reading:
            reading.ledger.state()  # else an empty ledger would have a vocabulary of no names
            return reading.vocabulary(visibility)

    @contextmanager
    def reading(
        self, *, today: date | None = None, as_of: datetime | None = None
    ) -> Iterator[Reading]:
        """Open a session on the ledger.

        Parameters
        ----------
        today, as_of
            As in `reply`.
        """
        sessions = (self.warehouse or self.store).read()
        with self._read_in(sessions, today=today, as_of=as_of) as reading:
            yield reading

    @contextmanager
    def _read_in(
        self,
        opened: AbstractContextManager[Any],
        *,
        today: date | None,
        as_of: datetime | None = None,
    ) -> Iterator[Reading]:
        with opened as session:
            yield Reading(
                ledger=Ledger(session, tiers=self.tiers, as_of=as_of, memory=self._memory),
                memory=self._memory.results,
                read_expectations=partial(read_expectations, session),
                today=today or self.today(),
                as_of=as_of,
                main_dimension=self.main_dimension,
                playbook=self.playbook,
                fiscal_start=self.fiscal_start,
                zone=self.zone,
            )


def _warehouse(store: Store, url: str) -> "WarehouseReader":
    from storage.warehouse.connection import Warehouse  # noqa: PLC0415 - few have one
    from storage.warehouse.copy import WarehouseReader  # noqa: PLC0415

    return WarehouseReader(store, Warehouse(url), now=utc_now)
