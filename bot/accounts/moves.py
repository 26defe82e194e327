"""The accounts that moved a base the most, as values that everything else shows."""

from dataclasses import dataclass

from bot.questions.question import Question
from bot.style.figures import Unit
from bot.style.grounds import Grounds
from metrics.retention import Retention
from storage.ledger.account_changes import AccountChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMoves:
    """The reply to a question for single accounts; amounts are MRR in minor units.

    It is only for people who may see single accounts of the question's scope.
    """

    question: Question
    grounds: Grounds
    retention: Retention
    changes: AccountChanges

    @property
    def unit(self) -> Unit:
        """The unit that amounts are shown in."""
        return Unit(self.grounds.currency, self.question.in_arr)
