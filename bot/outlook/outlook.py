"""An outlook, as a value that everything else shows."""

from dataclasses import dataclass
from datetime import date

from bot.questions.grounded import GroundedReply
from metrics.outlook import KnownOutlook


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook(GroundedReply):
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

    first: date
    end: date
    day: date
    known: KnownOutlook
    counts_accounts: bool = True
