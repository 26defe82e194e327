"""Question to Answer: the use cases that commands, jobs and the command line share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Self

from bot.access.visibility import EVERYTHING, Visibility
from bot.access.vocabulary import read_question, visible_vocabulary
from bot.answers.answer import DEFINITION, Answer, Measured, Reply, Slice
from bot.clock import today_in, utc_now
from bot.config import Settings
from bot.errors import DataChangedError, UsageError
from bot.questions.parsing import Question, Vocabulary
from bot.trends.measuring import trend_of
from bot.trends.trend import Trend
from metrics.periods import Period, previous, trailing_twelve_months
from metrics.segments import Tiers
from storage.balances.windows import keep
from storage.ledger.account_changes import AccountChanges
from storage.ledger.ledger import CohortMember, Ledger
from storage.store.engine import Store
from storage.store.memory import Memory
from storage.warehouse.connection import Warehouse
from storage.warehouse.copy import WarehouseReader

REPLIES = 200
"""How many whole replies are remembered: a channel asks the same thing, and a button asks again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers questions from one store, a short session for each.

    What was worked out of the newest data is remembered between two questions. With a warehouse,
    the ledger is there, and the store keeps what it answered.
    """

    store: Store
    tiers: Tiers
    main_dimension: str
    fiscal_start: int
    today: Callable[[], date]
    warehouse: WarehouseReader | None = None
    _memory: Memory = field(default_factory=Memory, init=False, repr=False)
    _replies: Memory = field(default_factory=lambda: Memory(REPLIES), init=False, repr=False)

    @classmethod
    def of(cls, store: Store, settings: Settings) -> Self:
        """Return the use cases on a store, with a workspace's settings."""
        url = settings.warehouse_url
        return cls(
            store=store,
            tiers=settings.tiers,
            main_dimension=settings.nrrbot_main_dimension,
            fiscal_start=settings.nrrbot_fiscal_year_start,
            today=lambda: today_in(settings.zone),
            warehouse=(
                WarehouseReader(store, Warehouse(url.get_secret_value()), now=utc_now)
                if url
                else None
            ),
        )

    def ask(
        self,
        text: str,
        *,
        today: date | None = None,
        as_of: datetime | None = None,
        max_length: int = 300,
    ) -> Answer:
        """Answer a question about one period: `reply`, where a trend is refused.

        Raises
        ------
        UsageError, MetricsError, StorageError
            With one sentence on what to do instead.
        """
        reply = self.reply(text, today=today, as_of=as_of, max_length=max_length)
        if isinstance(reply, Trend):
            raise UsageError("that asks for a trend: leave the word out for one period's answer")
        return reply

    def reply(
        self,
        text: str,
        *,
        today: date | None = None,
        as_of: datetime | None = None,
        max_length: int = 300,
        visibility: Visibility = EVERYTHING,
    ) -> Reply:
        """Read ``text`` as a question and answer it, with a trend if it asks for one.

        Parameters
        ----------
        text : str
            Words in any order, as after the slash command; empty is the whole company.
        today : date, optional
            The day that words such as last-quarter start from; the workspace's by default.
        as_of : datetime, optional
            Answer from what was recorded by then.
        max_length : int
            Longer texts are refused.
        visibility : Visibility
            What whoever asks may see; nothing else is there for them.

        Raises
        ------
        UsageError, MetricsError, StorageError
            With one sentence on what to do instead.
        AccessDeniedError
            If it is about everything, and not everything may be seen.
        """
        day = today or self.today()
        with (self.warehouse or self.store).read() as session:
            ledger = Ledger(session, tiers=self.tiers, as_of=as_of, memory=self._memory)
            reply = self._replies.recall(
                ledger.generation,
                (text, day, max_length, visibility.scopes),
                lambda: self._work_out(
                    ledger,
                    text,
                    today=day,
                    as_of=as_of,
                    max_length=max_length,
                    visibility=visibility,
                ),
            )
        keep(self.store, ledger.measured, generation=ledger.generation)
        return replace(reply, away_since=self.warehouse.away_since) if self.warehouse else reply

    def vocabulary(self, visibility: Visibility = EVERYTHING) -> Vocabulary:
        """Return the names that the ledger knows, as far as they may be seen.

        Raises
        ------
        StorageError
            If there is none to ask.
        """
        with (self.warehouse or self.store).read() as session:
            ledger = Ledger(session, tiers=self.tiers, memory=self._memory)
            ledger.state()
            return self._visible(ledger, visibility)

    def cohort(self, answer: Answer) -> list[CohortMember]:
        """Return who is in the denominator of an answer.

        Raises
        ------
        DataChangedError
            If the data has changed since.
        """
        period, scope = answer.period, answer.question.scope
        with self._ledger_behind(answer) as ledger:
            return ledger.cohort(period.start, _end(period), scope)

    def account_changes(self, answer: Answer, *, most: int) -> AccountChanges:
        """Return the accounts that moved an answer's base the most, so many of each kind.

        Raises
        ------
        DataChangedError
            If the data has changed since.
        """
        period, scope = answer.period, answer.question.scope
        with self._ledger_behind(answer) as ledger:
            return ledger.account_changes(period.start, _end(period), scope, most=most)

    @contextmanager
    def _ledger_behind(self, answer: Answer) -> Iterator[Ledger]:
        with (self.warehouse or self.store).read() as session:
            ledger = Ledger(session, tiers=self.tiers, as_of=answer.as_of, memory=self._memory)
            if ledger.state().data_version != answer.data_version:
                raise DataChangedError
            yield ledger

    def _work_out(
        self,
        ledger: Ledger,
        text: str,
        *,
        today: date,
        as_of: datetime | None,
        max_length: int,
        visibility: Visibility,
    ) -> Reply:
        ledger.state()
        vocabulary = self._vocabulary(ledger)
        question = read_question(
            text,
            visibility=visibility,
            vocabulary=vocabulary,
            visible=self._visible(ledger, visibility),
            today=today,
            fiscal_start=self.fiscal_start,
            max_length=max_length,
        )
        return self._reply(ledger, question, vocabulary, today, as_of)

    def _reply(
        self,
        ledger: Ledger,
        question: Question,
        vocabulary: Vocabulary,
        today: date,
        as_of: datetime | None,
    ) -> Reply:
        if question.window is None:
            return self._answer(ledger, question, vocabulary, today, as_of)
        return trend_of(ledger, question, today=today, as_of=as_of, definition=DEFINITION)

    def _answer(
        self,
        ledger: Ledger,
        question: Question,
        vocabulary: Vocabulary,
        today: date,
        as_of: datetime | None,
    ) -> Answer:
        state, period, scope = ledger.state(), question.period, question.scope
        start, end = period.start, _end(period)
        return Answer(
            question=question,
            currency=state.currency,
            retention=ledger.retention(start, end, scope),
            outside=ledger.outside_cohort(start, end, scope),
            previous=_measured(ledger, question, previous(period)),
            trailing=_measured(ledger, question, trailing_twelve_months(period, today=today)),
            breakdown=_slices(ledger, question, self._breakdown_dimension(question, vocabulary)),
            activity=ledger.activity(start, end, scope),
            data_version=state.data_version,
            data_as_of=state.data_as_of,
            closed_through=state.closed_through,
            as_of=as_of,
        )

    def _vocabulary(self, ledger: Ledger) -> Vocabulary:
        return self._memory.recall(
            ledger.generation, "vocabulary", lambda: Vocabulary(ledger.vocabulary())
        )

    def _visible(self, ledger: Ledger, visibility: Visibility) -> Vocabulary:
        vocabulary = self._vocabulary(ledger)
        if visibility.is_whole:
            return vocabulary
        return self._memory.recall(
            ledger.generation,
            ("visible", visibility.scopes),
            lambda: visible_vocabulary(vocabulary, ledger.combinations(), visibility),
        )

    def _breakdown_dimension(self, question: Question, vocabulary: Vocabulary) -> str | None:
        if question.dimension is not None or question.scope:
            return question.dimension
        return self.main_dimension if self.main_dimension in vocabulary.values else None


def _end(period: Period) -> date:
    """Return where a period is measured: one that is not over, at what has elapsed of it."""
    return period.through or period.end


def _measured(ledger: Ledger, question: Question, period: Period) -> Measured | None:
    retention = ledger.retention(period.start, _end(period), question.scope)
    return Measured(period=period, retention=retention) if retention.opening else None


def _slices(ledger: Ledger, question: Question, dimension: str | None) -> tuple[Slice, ...]:
    if dimension is None:
        return ()
    start, end, scope = question.period.start, _end(question.period), question.scope
    whole = ledger.retention(start, end, scope).opening
    return tuple(
        Slice(
            dimension=dimension,
            value=value,
            retention=retention,
            weight=Fraction(retention.opening, whole),
        )
        for value, retention in ledger.by(dimension, start, end, scope).items()
    )
