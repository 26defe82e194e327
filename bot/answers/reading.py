"""One reading of the ledger: a session in which questions are read and answered."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from functools import partial

from bot.access.visibility import EVERYTHING, Visibility
from bot.access.vocabulary import read_question, visible_vocabulary
from bot.accounts.card.card import AccountCard, AccountChoice
from bot.accounts.card.measuring import read_card
from bot.accounts.ranking.measuring import RankingReader
from bot.accounts.ranking.ranking import AccountRanking
from bot.answers.answer import (
    Answer,
    Comparisons,
    Memo,
    PeriodRetention,
    Reply,
    Slice,
    ViewReply,
)
from bot.answers.away import unless_away
from bot.answers.benchmarking import Benchmarking, StageReader
from bot.answers.finding import FindingReader
from bot.answers.small_ahead import ahead_in_whole_months, calendar_without, outlook_without
from bot.answers.small_cohorts import (
    Cohorts,
    PastMomentError,
    in_whole_months,
    without_small_cohorts,
)
from bot.answers.small_rankings import ranking_without
from bot.answers.small_sign_ups import CohortLengthError, cohorts_without
from bot.answers.tiers import TierReader
from bot.answers.views import AccountsError, ViewReader, view_as_shown
from bot.benchmarks.tier_review import TierReview
from bot.cohorts.table import CohortTable
from bot.confidence.measuring import read_sureness
from bot.errors import UsageError
from bot.outlook.outlook import Outlook
from bot.questions.parsing import CANONICAL_LENGTH, Question, canonical_text
from bot.questions.question import View
from bot.questions.words import HUMAN_LENGTH, Vocabulary
from bot.renewals.calendar import RenewalCalendar
from bot.style.grounds import DataReach, Grounds, rates_of
from bot.treatments.playbook import Playbook
from bot.trends.measuring import trend_of
from bot.trends.trend import Trend
from bot.why.explanation import Explanation
from metrics.benchmarks.expectations import Expectations
from metrics.benchmarks.tables import CompanyStage
from metrics.data_end import DataEnd
from metrics.pauses import LapsedPauses
from metrics.period_grammar import ONE_DAY, shift_months
from metrics.periods import (
    Period,
    PeriodUnit,
    months_between,
    previous,
    trailing_twelve_months,
)
from metrics.rates import MissingRateError
from metrics.retention import Retention, switched
from metrics.rollup import Scope
from metrics.segments import PRODUCT
from storage.ledger.ledger import Ledger
from storage.store.memory import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Limits to what is shown of a reply.

    Attributes
    ----------
    granted : frozenset of Scope, optional
        The scopes of whoever must not see small groups; None for everybody else.
    sees_accounts : bool
        Whether single accounts of its scope may be seen.
    """

    granted: frozenset[Scope] | None
    sees_accounts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
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
                asked.currency is None or asked.currency in known.currencies
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

    def reply(self, question: Question) -> Reply:
        """Answer a question that `question` gave, with a trend if it asks for one.

        Raises
        ------
        MissingRateError
            If a currency cannot be converted when the period opens, or closes.
        """
        return replace(self, ledger=self.ledger_of(question)).work_out(question)

    def card(self, question: Question, visibility: Visibility) -> AccountCard | AccountChoice:
        """Read the account that a question names, of those that may be seen by name.

        Raises
        ------
        AccountsError
            If none may be: the sentence is the same, whether the account is there or not.
        UnknownWordsError
            If there is no such account among them.
        """
        if not visibility.detailed:
            raise AccountsError(visibility.default or ())
        return read_card(
            self.ledger,
            question,
            self._grounds(rates_of(self._latest)),
            today=self._latest,
            scopes=visibility.detailed,
        )

    def ranking(self, question: Question, sight: Sight) -> AccountRanking:
        """Rank the accounts that a question is about, as they stand where the data ends.

        For people without account detail that is where the last closed month does.

        Raises
        ------
        UsageError
            If what was known at a past moment is asked for: contracts and signals are of today.
        AccessDeniedError
            If those on the list, or the others, are too few to be shown.
        """
        if self.as_of is not None:
            raise UsageError(f"{question.view} is of what is known by now: leave --as-of out")
        state, through = self.ledger.state(), self._latest
        closed = min(state.closed_through or through, through).replace(day=1)
        reader = RankingReader(
            ledger=self.ledger_of(question),
            day=through if sight.sees_accounts else closed,
            today=max(through, self.today) if sight.sees_accounts else closed,
            dimension=self.main_dimension,
        )
        found = self.memory.recall(
            self.ledger.generation,
            ("ranking", question, reader.day, reader.today, state.data_version),
            lambda: reader.found(question),
        )
        grounds = self._grounds(rates_of(reader.day))
        ranking = reader.ranking(question, grounds, found, self.playbook)
        if not sight.sees_accounts:
            ranking = replace(ranking, listed=None)
        if sight.granted is None:
            return ranking
        return ranking_without(ranking, found.everybody, sight.granted)

    def ledger_of(self, question: Question) -> Ledger:
        """Return the ledger that a question is about: in its currency, with usage or without.

        Raises
        ------
        NoUsageError
            If usage is asked for, and there is none.
        """
        ledger = self.ledger.in_currency(question.currency)
        return ledger.with_usage() if question.has_usage else ledger

    def work_out(self, question: Question) -> Reply:
        """Answer a question in the currency of this reading's ledger."""
        if question.window is not None:
            return trend_of(
                self.ledger,
                question,
                today=self.today,
                data_end=self.data_end,
                grounds=self._grounds("the exchange rates of each window's first day"),
            )
        if (view := self._view(question)) is not None:
            return view
        period, scope = question.period, question.scope
        start, end = period.start, period.measured_end
        trailing = trailing_twelve_months(period, today=self.today)
        beside = (previous(period), trailing, previous(trailing))
        self.ledger.read_ahead([(one.start, one.measured_end) for one in (period, *beside)])
        breakdown = self._breakdown(question, beside)
        return Answer(
            question=question,
            grounds=self._grounds(rates_of(start)),
            retention=self.ledger.retention(start, end, scope),
            comparisons=Comparisons(
                previous=self._measured(question, beside[0]),
                trailing=self._measured(question, trailing),
                latest_month=self._latest_month(question),
                year_ago=self._measured(question, beside[2]),
            ),
            breakdown=breakdown,
            memo=Memo(
                outside=self.ledger.outside_cohort(start, end, scope),
                activity=unless_away(lambda: self.ledger.activity(start, end, scope)),
                lapsed=self._lapsed(period, scope),
                fx=self.ledger.fx(start, end, scope),
            ),
            switched=self._switched(question, breakdown),
            sureness=read_sureness(self.ledger, question) if question.view is View.FULL else None,
        )

    def _view(self, question: Question) -> ViewReply | None:
        if question.view in (View.ANSWER, View.FULL) and question.versus is None:
            return None
        reader = ViewReader(
            ledger=self.ledger,
            today=self.today,
            data_end=self.data_end,
            values=self.vocabulary().values,
            main_dimension=self.main_dimension,
            playbook=self.playbook,
        )
        return reader.view(question, self._grounds(rates_of(question.period.start)))

    def _switched(self, question: Question, rows: Sequence[Slice]) -> int | None:
        if question.dimension != PRODUCT or PRODUCT in dict(question.scope):
            return None
        start, end = question.period.start, question.period.measured_end
        whole = self.ledger.retention(start, end, question.scope)
        return switched({row.value: row.retention for row in rows}, whole)

    def in_whole_months(self, question: Question) -> Question:
        """Return a question as it is read for people without account detail.

        Raises
        ------
        AccessDeniedError
            If its period is one of days, or what was known at a past moment is asked for.
        """
        if self.as_of is not None:
            raise PastMomentError(question.scope)
        if question.ahead is not None:
            return ahead_in_whole_months(question)
        if question.cohort_unit not in (None, PeriodUnit.QUARTER):
            raise CohortLengthError(question.scope)
        closed = self.ledger.state().closed_through or self.data_end.through.replace(day=1)
        return in_whole_months(question, closed_through=closed, today=self.today)

    def as_shown(self, reply: Reply, sight: Sight) -> Reply:
        """Leave out what must not be shown, and add what is to be said of the rest.

        Raises
        ------
        AccessDeniedError
            If its accounts, or those that they leave of others, are too few.
        """
        granted = sight.granted
        if isinstance(reply, CohortTable | RenewalCalendar | Outlook):
            return self._table_as_shown(reply, sight)
        cohorts_of = None if granted is None else self._cohorts_of(granted, reply.question)
        if not isinstance(reply, Answer | Trend):
            shown = view_as_shown(reply, cohorts_of=cohorts_of, sees_accounts=sight.sees_accounts)
            if isinstance(shown, Explanation):
                review = self.tier_review(shown.question, shown.dimension, granted)
                return replace(shown, tier_review=review)
            return shown
        if isinstance(reply, Answer) and reply.sureness is not None:
            seen = reply.sureness.as_seen(
                hides_small=granted is not None, sees_accounts=sight.sees_accounts
            )
            reply = replace(reply, sureness=seen)
        if cohorts_of is not None:
            reply = without_small_cohorts(reply, cohorts_of)
        reader = FindingReader(
            ledger=self.ledger_of(reply.question),
            cohorts=cohorts_of,
            sees_accounts=sight.sees_accounts,
        )
        found = reader.with_findings(reply)
        if isinstance(found, Answer) and found.question.view is View.FULL and found.breakdown:
            dimension = found.breakdown[0].dimension
            review = self.tier_review(found.question, dimension, granted)
            return replace(found, tier_review=review)
        return found

    def beside(self, reply: Reply) -> Reply:
        """Put what the workspace declares and aims at beside what a reply shows."""
        benchmarking = Benchmarking(
            expectations=self.read_expectations(),
            main_dimension=self.main_dimension,
            stage=self.company_stage,
        )
        return benchmarking.beside(reply)

    def company_stage(self) -> CompanyStage | None:
        """Find the stage of the company by its ARR; None where that cannot be told."""
        through = self.data_end.through
        reader = StageReader(ledger=self.ledger, memory=self.memory, data_through=through)
        return reader.stage()

    def tier_review(
        self, question: Question, dimension: str | None, granted: frozenset[Scope] | None
    ) -> TierReview | None:
        """Look for segments that lie far apart; None where the split is no main one.

        Parameters
        ----------
        granted : frozenset of Scope, optional
            The scopes of whoever must not see small groups; None for everybody else.
        """
        if dimension is None or dimension != self.main_dimension:
            return None
        reader = TierReader(
            ledger=self.ledger_of(question),
            today=self.today,
            data_end=self.data_end,
            fiscal_start=self.fiscal_start,
            cohorts=None if granted is None else self._cohorts_of(granted, question),
        )
        return reader.review(question.scope, dimension, question.period)

    def _table_as_shown(
        self, table: CohortTable | RenewalCalendar | Outlook, sight: Sight
    ) -> Reply:
        """Judge a table by groups of its own: when accounts signed up, or what comes up."""
        granted, scope = sight.granted, table.question.scope
        if granted is not None and isinstance(table, CohortTable):
            return cohorts_without(
                table, partial(self.ledger.sign_up_groups, end=table.end), granted
            )
        if granted is not None and isinstance(table, Outlook):
            return outlook_without(
                table,
                may_ask=self.cohorts(granted, table.day, table.day).opening.may_ask(scope),
                starts_with_month=table.day == self.data_end.through,
            )
        if not isinstance(table, RenewalCalendar):
            return table
        if granted is not None:
            groups = partial(self.ledger.paying_groups, table.day)
            table = calendar_without(table, groups, granted)
        return table if sight.sees_accounts else replace(table, largest=None)

    def _cohorts_of(
        self, granted: frozenset[Scope], question: Question
    ) -> Callable[[Period], Cohorts]:
        if question.has_usage:  # not remembered: it can change without a change of the columns
            ledger = self.ledger.with_usage()
            return lambda period: Cohorts.of(
                ledger.accounts(period.start, period.measured_end), granted
            )
        return lambda period: self.cohorts(granted, period.start, period.measured_end)

    def cohorts(self, granted: frozenset[Scope], start: date, end: date) -> Cohorts:
        """Judge the groups of ``[start, end)`` for whoever was granted some scopes."""
        return self.memory.recall(
            self.ledger.generation,
            ("cohorts", start, end, granted),
            lambda: Cohorts.of(self.ledger.accounts(start, end), granted),
            until=end,
        )

    def _lapsed(self, period: Period, scope: Scope) -> LapsedPauses | None:
        if not period.is_month or PRODUCT in dict(scope):  # an account pauses as a whole
            return None
        start, end = period.start, period.measured_end
        return unless_away(lambda: self.ledger.lapsed_pauses(start, end, scope))

    @property
    def data_end(self) -> DataEnd:
        """Where the data ends."""
        return self.ledger.data_end(self.today)

    @property
    def _latest(self) -> date:
        """The day at whose beginning accounts stand as they do by now: no later than today ends."""
        return min(self.data_end.through, self.today + ONE_DAY)

    def _is_in(self, period: Period) -> bool:
        end = period.measured_end
        return end <= self.data_end.through and self.data_end.has_some_of(period.start, end)

    def _grounds(self, rates: str) -> Grounds:
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
        )

    def _latest_month(self, question: Question) -> PeriodRetention | None:
        period = question.period
        if not period.is_year:  # else there are twelve months beside the period
            return None
        start = shift_months(period.end, -1)
        return self._measured(question, months_between(start, period.end, today=self.today))

    def _measured(self, question: Question, period: Period) -> PeriodRetention | None:
        start, end = period.start, period.measured_end
        if not self.data_end.has_some_of(start, end):
            return None  # silence is not retention
        with suppress(MissingRateError):  # only of the period asked for it is an error
            retention = self.ledger.retention(start, end, question.scope)
            if retention.opening:
                return PeriodRetention(period=period, retention=retention)
        return None

    def _breakdown(self, question: Question, beside: Sequence[Period]) -> tuple[Slice, ...]:
        if (dimension := self._breakdown_dimension(question)) is None:
            return ()
        before, year, year_ago = (self._by(question, dimension, period) for period in beside)
        start, end, scope = question.period.start, question.period.measured_end, question.scope
        whole = self.ledger.retention(start, end, scope).opening
        return tuple(
            Slice(
                dimension=dimension,
                value=value,
                retention=retention,
                weight=Fraction(retention.opening, whole or 1),
                before=before.get(value),
                year=year.get(value),
                year_ago=year_ago.get(value),
            )
            for value, retention in self.ledger.by(dimension, start, end, scope).items()
        )

    def _by(self, question: Question, dimension: str, period: Period) -> Mapping[str, Retention]:
        if self._measured(question, period) is None:
            return {}
        found = self.ledger.by(dimension, period.start, period.measured_end, question.scope)
        return {value: retention for value, retention in found.items() if retention.opening}

    def _breakdown_dimension(self, question: Question) -> str | None:
        # Only the company is split unasked: a scope often is one value of the main dimension.
        if question.dimension is not None or question.scope:
            return question.dimension
        # The main dimension is a setting: a ledger need not have it.
        return self.main_dimension if self.main_dimension in self.vocabulary().values else None
