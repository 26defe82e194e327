"""Ranked accounts measured: a question for them becomes their list, from the ledger."""

from dataclasses import dataclass
from datetime import date

from bot.accounts.measuring import EVERY
from bot.accounts.pages import stretch
from bot.accounts.ranking.ranking import PAGE, AccountRanking, sums_by
from bot.errors import UsageError
from bot.questions.question import Question, View, canonical_scope
from bot.style.grounds import Grounds
from bot.treatments.playbook import Playbook
from metrics.change import Component
from metrics.segments import PRODUCT, DerivedDimension
from storage.ledger.ledger import Ledger
from storage.ledger.ranked_accounts import RankedAccounts

_PLAYS = {View.AT_RISK: Component.CHURN, View.READY: Component.EXPANSION}


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingReader:
    """Reads ranked lists of a day out of one ledger.

    Attributes
    ----------
    day, today : date
        Where accounts stand, and when contracts and signals are looked at.
    dimension : str
        What a list is added up by.
    """

    ledger: Ledger
    day: date
    today: date
    dimension: str

    def found(self, question: Question) -> RankedAccounts:
        """Read the accounts that a question ranks.

        Raises
        ------
        UsageError
            If it names a product: signs are of whole accounts.
        """
        if PRODUCT in dict(question.scope):
            beside = tuple(pair for pair in question.scope if pair[0] != PRODUCT)
            instead = f"{question.view} {canonical_scope(beside)}".strip()
            raise UsageError(
                f"{question.view} is of whole accounts: leave the product out. Try: {instead}"
            )
        first, most = stretch(question.options.listing, PAGE)
        return self._read(question, first=first, most=most)

    def every(self, question: Question) -> RankedAccounts:
        """Read all accounts that a question ranks by name, whatever page it asks for."""
        return self._read(question, first=0, most=question.options.listing.top or EVERY)

    def _read(self, question: Question, *, first: int, most: int) -> RankedAccounts:
        return self.ledger.ranked_accounts(
            self.day,
            question.scope,
            today=self.today,
            is_risk=question.view is View.AT_RISK,
            first=first,
            most=most,
        )

    def ranking(
        self, question: Question, grounds: Grounds, found: RankedAccounts, playbook: Playbook
    ) -> AccountRanking:
        """Build the reply, with what the playbook says of its accounts."""
        scope = dict(question.scope)
        segment, tier = scope.get(self.dimension), scope.get(DerivedDimension.VALUE_TIER)
        return AccountRanking(
            question=question,
            grounds=grounds,
            day=found.day,
            today=self.today,
            count=found.count,
            mrr=found.mrr,
            listed=found.listed,
            dimension=self.dimension,
            sums=sums_by(found.groups, self.dimension),
            hindsight=found.hindsight,
            play=playbook.play(segment, tier, _PLAYS[question.view]),
        )
