"""One reading of the ledger: a session in which questions are read and answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot.access.visibility import Visibility
from bot.accounts.card.card import AccountCard, AccountChoice
from bot.accounts.card.measuring import read_card
from bot.accounts.ranking.measuring import RankingReader
from bot.accounts.ranking.ranking import AccountRanking
from bot.answers.answer import Answer, Reply
from bot.answers.benchmarking import Benchmarking, StageReader
from bot.answers.finding import FindingReader
from bot.answers.small_ahead import ahead_in_whole_months, calendar_without, outlook_without
from bot.answers.small_cohorts import (
    Cohorts,
    PastMomentError,
    TodaysGroupsError,
    in_whole_months,
    without_small_cohorts,
)
from bot.answers.small_rankings import ranking_without
from bot.answers.small_sign_ups import CohortLengthError, cohorts_without
from bot.answers.tiers import TierReader
from bot.answers.views import AccountsError, view_as_shown
from bot.answers.working_out import WorkingOut
from bot.benchmarks.tier_review import TierReview
from bot.cohorts.table import CohortTable
from bot.errors import UsageError
from bot.outlook.outlook import Outlook
from bot.questions.parsing import Question
from bot.questions.question import Basis, View
from bot.renewals.calendar import RenewalCalendar
from bot.style.grounds import rates_of
from bot.trends.trend import Trend
from bot.why.explanation import Explanation
from metrics.benchmarks.tables import CompanyStage
from metrics.periods import Period, PeriodUnit
from metrics.rollup import Scope
from metrics.segments import PRODUCT
from metrics.small_groups import is_few


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
class Reading(WorkingOut):
    """Questions that are answered as far as those who ask may see."""

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
            raise AccountsError(visibility.first)
        return read_card(
            self.ledger,
            question,
            self._grounds(question, "the exchange rates of each day"),
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
        grounds = self._grounds(question, rates_of(reader.day))
        ranking = reader.ranking(question, grounds, found, self.playbook)
        if not sight.sees_accounts:
            ranking = replace(ranking, listed=None)
        if sight.granted is None:
            return ranking
        return ranking_without(ranking, found.everybody, sight.granted)

    def in_whole_months(self, question: Question) -> Question:
        """Return a question as it is read for people without account detail.

        Raises
        ------
        AccessDeniedError
            If its period is one of days, or what was known at a past moment or groups of today are
            asked for.
        """
        if self.as_of is not None:
            raise PastMomentError(question.scope)
        if question.amounts.basis is Basis.CURRENT:
            raise TodaysGroupsError(question.scope)
        if question.options.ahead is not None:
            return ahead_in_whole_months(question)
        if question.options.cohort_unit not in (None, PeriodUnit.QUARTER):
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
            if isinstance(reply, Answer) and not self._may_show_fx(reply, granted or frozenset()):
                reply = replace(reply, memo=replace(reply.memo, fx=None))
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

    def _may_show_fx(self, answer: Answer, granted: frozenset[Scope]) -> bool:
        """Tell whether what rates changed is of no few accounts: rates are known to everybody."""
        scope, period = answer.question.scope, answer.period
        if answer.memo.fx is None:
            return True
        if PRODUCT in dict(scope) or set(scope) not in map(set, granted):
            return False
        ledger = self.ledger_of(answer.question)
        payers = ledger.payers_by_currency(*period.ends, scope)
        return not any(map(is_few, payers))

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
        granted = sight.granted
        if granted is not None and isinstance(table, CohortTable):
            return cohorts_without(
                table, partial(self.ledger.sign_up_groups, end=table.end), granted
            )
        if granted is not None and isinstance(table, Outlook):
            return outlook_without(
                table,
                self.cohorts(granted, table.day, table.day).opening,
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
            return lambda period: Cohorts.of(ledger.accounts(*period.ends), granted)
        return lambda period: self.cohorts(granted, *period.ends)

    def cohorts(self, granted: frozenset[Scope], start: date, end: date) -> Cohorts:
        """Judge the groups of ``[start, end)`` for whoever was granted some scopes."""
        return self.memory.recall(
            self.ledger.generation,
            ("cohorts", start, end, granted),
            lambda: Cohorts.of(self.ledger.accounts(start, end), granted),
            until=end,
        )
