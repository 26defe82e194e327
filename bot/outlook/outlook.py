"""An outlook, as a value that everything else shows."""

from dataclasses import dataclass
from datetime import date

from bot.questions.question import Question
from bot.style.figures import Unit
from bot.style.grounds import Grounds
from metrics.outlook import KnownOutlook


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The reply to a question for the outlook; amounts are MRR in minor units.

    Attributes
    ----------
    first, end : date
        The days ahead, ``[first, end)``: what is known to change before ``end``.
    day : date
        That whose balances are the opening base.
    counts_accounts : bool
        Whether accounts may be counted, however few they are.
    """

    question: Question
    grounds: Grounds
    first: date
    end: date
    day: date
    known: KnownOutlook
    counts_accounts: bool = True

    @property
    def unit(self) -> Unit:
        """The unit that amounts are shown in."""
        return Unit(self.grounds.currency, self.question.in_arr)
