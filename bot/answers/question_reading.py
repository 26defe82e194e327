"""The ledger at one version of the data, in which questions are read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import partial

from bot.access.visibility import EVERYTHING, Visibility
from bot.access.vocabulary import read_question, visible_vocabulary
from bot.questions.parsing import CANONICAL_LENGTH, Question, canonical_text
from bot.questions.question import Basis
from bot.questions.words import HUMAN_LENGTH, Vocabulary
from bot.style.grounds import DataReach, Grounds
from bot.treatments.playbook import Playbook
from metrics.benchmarks.expectations import Expectations
from metrics.data_end import DataEnd
from metrics.period_grammar import ONE_DAY
from metrics.periods import Period
from storage.ledger.ledger import Ledger
from storage.store.memory import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionReading:
    """The ledger at one version of the data, and the day that questions are asked on.

    ``as_of`` is the past moment whose knowledge is asked for, None for all there is.
    ``read_expectations`` reads what the workspace declares and aims at now.
    """

    ledger: Ledger
    memory: Memory
    read_expectations: Callable[[], Expectations]
    today: date
    as_of: datetime | None
    main_dimension: str
    playbook: Playbook
    fiscal_start: int
    zone: tzinfo

    def vocabulary(self, visibility: Visibility = EVERYTHING) -> Vocabulary:
        """List the dimensions and values that the ledger knows, as far as they may be seen."""
        every = self.memory.recall(
            self.ledger.generation,
            "vocabulary",
            lambda: Vocabulary(self.ledger.vocabulary(), self.ledger.currencies()),
        )
        if visibility.is_whole:
            return every
        return self.memory.recall(
            self.ledger.generation,
            ("visible", visibility.scopes),
            lambda: visible_vocabulary(every, self.ledger.combinations(), visibility),
        )

    def question(
        self,
        asked: str | Question,
        *,
        visibility: Visibility = EVERYTHING,
        max_length: int = HUMAN_LENGTH,
    ) -> Question:
        """Read a text as a question; check the names of one that is typed already.

        Raises
        ------
        UsageError, MetricsError
            If the text is no question, or names what the ledger does not know.
        AccessDeniedError
            If it is about everything, and not everything may be seen.
        """
        self.ledger.state()  # an empty ledger is told before any word that it does not know
        if isinstance(asked, Question):
            known = self.vocabulary(visibility)
            is_known = all(known.has(scope, asked.dimension) for scope in asked.scopes) and (
                asked.amounts.currency is None or asked.amounts.currency in known.currencies
            )
            is_seen = all(map(visibility.sees, asked.scopes))
            if is_seen and is_known and all(map(self._is_in, asked.periods)):
                return asked
            # Only the grammar can say which name is gone, which spelling stands for it now, and
            # how much of a period is in.
            asked, max_length = canonical_text(asked), CANONICAL_LENGTH
        # To read the words takes longer than to look up what was answered.
        return self.memory.recall(
            self.ledger.generation,
            ("question", asked, max_length, visibility, self.today),
            partial(self._read, asked, visibility, max_length),
        )

    def _read(self, text: str, visibility: Visibility, max_length: int) -> Question:
        return read_question(
            text,
            visibility=visibility,
            vocabulary=self.vocabulary(),
            visible=self.vocabulary(visibility),
            today=self.today,
            fiscal_start=self.fiscal_start,
            data_end=self.data_end,
            max_length=max_length,
        )

    def _is_in(self, period: Period) -> bool:
        end = period.measured_end
        return end <= self.data_end.through and self.data_end.has_some_of(period.start, end)

    def ledger_of(self, question: Question) -> Ledger:
        """Return the ledger that a question is about: in its currency, on its basis.

        Raises
        ------
        NoUsageError
            If usage is asked for, and there is none.
        """
        ledger = self.ledger.in_currency(question.amounts.currency)
        match question.amounts.basis:
            case Basis.WITH_USAGE:
                return ledger.with_usage()
            case Basis.CURRENT:
                return ledger.placed_on(self._latest)
        return ledger

    @property
    def data_end(self) -> DataEnd:
        """Where the data ends."""
        return self.ledger.data_end(self.today)

    @property
    def _latest(self) -> date:
        """The day at whose beginning accounts stand as they do by now: no later than today ends."""
        return min(self.data_end.through, self.today + ONE_DAY)

    def _grounds(self, question: Question, rates: str) -> Grounds:
        state = self.ledger.state()
        return Grounds(
            currency=self.ledger.currency,
            rates=rates if self.ledger.converts else None,
            data_version=state.data_version,
            data_as_of=state.data_as_of,
            reach=DataReach(
                closed_through=state.closed_through, data_through=self.data_end.through
            ),
            as_of=self.as_of,
            placed_on=self._latest if question.amounts.basis is Basis.CURRENT else None,
            zone=self.zone,
        )
