"""Other views of figures than an answer: worked out, and shown as far as somebody may see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.access.decisions import Reach, Reason
from bot.accounts.card.card import AccountCard, AccountChoice
from bot.accounts.measuring import read_moves
from bot.accounts.moves import AccountMoves
from bot.accounts.ranking.ranking import AccountRanking
from bot.answers.answer import AccountReply, Reply, TableView, ViewReply
from bot.answers.small_cohorts import CohortsOf, DetailNeededError
from bot.answers.small_sides import comparison_without, explanation_without, matrix_without
from bot.cohorts.measuring import read_cohorts
from bot.comparing.comparison import Comparison
from bot.comparing.measuring import SidesReader
from bot.migration.matrix import MigrationMatrix
from bot.migration.measuring import read_matrix
from bot.outlook.measuring import read_outlook
from bot.questions.question import Question, View
from bot.renewals.calendar import RenewalCalendar
from bot.renewals.measuring import RenewalsReader
from bot.style.grounds import Grounds, rates_of
from bot.treatments.playbook import Playbook
from bot.why.explanation import Explanation
from bot.why.measuring import ChangeReader, dimension_of
from metrics.change import Component
from metrics.data_end import DataEnd
from metrics.rollup import Scope
from metrics.segments import DerivedDimension
from storage.ledger.ledger import Ledger


class AccountsError(DetailNeededError):
    """Single accounts are asked for."""

    def __init__(self, scope: Scope) -> None:
        said = "which accounts, and what they pay, takes account detail"
        super().__init__(Reason.NO_DETAIL, said, scope, lead=f"{said}:")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewReader:
    """Reads views out of one ledger, at one version of the data.

    Attributes
    ----------
    values : mapping
        The values of each dimension; ``main_dimension`` splits what is split unasked.
    """

    ledger: Ledger
    today: date
    data_end: DataEnd
    values: Mapping[str, tuple[str, ...]]
    main_dimension: str
    playbook: Playbook

    def view(self, question: Question, grounds: Grounds) -> ViewReply:
        """Work out the view that a question asks for."""
        dimension = dimension_of(question, self.values, main=self.main_dimension)
        if question.is_comparison and question.versus is not None:
            if len(question.scopes) > 1:  # groups of accounts differ too much to be split unasked
                dimension = question.dimension
            sides = SidesReader(ledger=self.ledger, today=self.today, data_end=self.data_end)
            return sides.comparison(question, question.versus, dimension=dimension, grounds=grounds)
        if question.view is View.WHY:
            changes = ChangeReader(ledger=self.ledger, today=self.today, data_end=self.data_end)
            found = changes.explanation(question, dimension=dimension, grounds=grounds)
            return replace(found, plays=self._plays(question.scope))
        if question.view is View.ACCOUNTS:
            return read_moves(self.ledger, question, grounds)
        return self._table(question, grounds)

    def _table(self, question: Question, grounds: Grounds) -> TableView:
        if question.options.ahead is not None:
            return self._ahead(question, grounds)
        if question.view is View.MIGRATION:
            return read_matrix(self.ledger, question, grounds, values=self.values)
        return read_cohorts(self.ledger, question, grounds, end=self._closed)

    def _ahead(self, question: Question, grounds: Grounds) -> TableView:
        # Without account detail balances are those of a whole month, too.
        ahead = question.options.ahead
        is_whole = ahead is not None and ahead.whole_months is not None
        day = self._closed if is_whole else self.data_end.through
        grounds = replace(grounds, rates=grounds.rates and rates_of(day))
        if question.view is View.OUTLOOK:
            return read_outlook(self.ledger, question, grounds, today=self.today, day=day)
        main = self.main_dimension if self.main_dimension in self.values else None
        main = None if main in dict(question.scope) else main
        reader = RenewalsReader(ledger=self.ledger, today=self.today, day=day)
        return reader.calendar(question, grounds, dimension=question.dimension or main)

    @property
    def _closed(self) -> date:
        """The first day after the last closed month; where none is closed, after the last one."""
        closed = self.ledger.state().closed_through or self.data_end.through.replace(day=1)
        return min(closed, self.today.replace(day=1))  # the day asked for may be a past one

    def _plays(self, scope: Scope) -> Mapping[Component, str]:
        named = dict(scope)
        segment, tier = named.get(self.main_dimension), named.get(DerivedDimension.VALUE_TIER)
        every = ((lever, self.playbook.play(segment, tier, lever)) for lever in Component)
        return {lever: play for lever, play in every if play is not None}


def view_as_shown(
    view: AccountReply | Comparison | Explanation | MigrationMatrix,
    *,
    cohorts_of: CohortsOf | None,
    sees_accounts: bool,
) -> ViewReply:
    """Leave out of a view what must not be shown.

    Parameters
    ----------
    cohorts_of : callable, optional
        Judges the groups of a period; None where small groups may be shown.

    Raises
    ------
    AccessDeniedError
        If single accounts are asked for and must not be seen, or all of its accounts are too few.
    """
    if isinstance(view, AccountReply):
        if not sees_accounts:
            raise AccountsError(view.question.scope)
        return view
    if isinstance(view, MigrationMatrix):
        return view if cohorts_of is None else matrix_without(view, cohorts_of)
    if isinstance(view, Comparison):
        return view if cohorts_of is None else comparison_without(view, cohorts_of)
    shown = view if cohorts_of is None else explanation_without(view, cohorts_of)
    sureness = view.sureness and view.sureness.as_seen(
        hides_small=cohorts_of is not None, sees_accounts=sees_accounts
    )
    return replace(shown, accounts=shown.accounts if sees_accounts else None, sureness=sureness)


def reaches_of(reply: Reply) -> tuple[Reach, ...]:
    """List what a reply reaches: a scope, or both of a comparison, and whether single accounts."""
    scopes, names = reply.question.scopes, isinstance(reply, AccountMoves)
    match reply:
        case AccountCard(seen_in=scope):
            scopes, names = (scope,), True
        case AccountChoice(seen_in=seen):
            scopes, names = seen, True
        case (
            AccountRanking(listed=found)
            | Explanation(accounts=found)
            | RenewalCalendar(largest=found)
        ):
            names = found is not None
    return tuple(Reach(scope=scope, account_detail=names) for scope in scopes)
