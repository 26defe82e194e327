"""The outlook measured: a question for it becomes what is known of the days ahead."""

from datetime import date

from bot.errors import UsageError
from bot.outlook.outlook import Outlook
from bot.questions.question import Question
from bot.style.grounds import Grounds
from metrics.horizons import Horizon
from metrics.segments import PRODUCT
from storage.ledger.ledger import Ledger

NOTHING_KNOWN = (
    "nothing is known of the days ahead: no signed change, no notice and no row that is dated"
    " ahead is held. nrrbot import contracts FILE brings them"
)
_NO_PRODUCTS = "the outlook is of accounts, not of products: ask without one. Try: outlook 90d"
_OF_TODAY = "the outlook is of what is known now: ask without --as-of"


def read_outlook(
    ledger: Ledger, question: Question, grounds: Grounds, *, today: date, day: date
) -> Outlook:
    """Read what those who pay on a day will pay, by what is known.

    Raises
    ------
    UsageError
        If nothing is dated ahead, or what is asked about has no outlook.
    """
    if PRODUCT in dict(question.scope):
        raise UsageError(_NO_PRODUCTS)
    if grounds.as_of is not None:
        raise UsageError(_OF_TODAY)
    if not ledger.has_waiting_rows():
        raise UsageError(NOTHING_KNOWN)
    first, end = (question.options.ahead or Horizon()).stretch(today)
    return Outlook(
        question=question,
        grounds=grounds,
        first=first,
        end=end,
        day=day,
        known=ledger.outlook(day, end, question.scope),
    )
