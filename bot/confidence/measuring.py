"""How sure a question's NRR is, read from the ledger."""

from bot.confidence.sureness import Sureness
from bot.questions.question import Question
from storage.errors import WarehouseUnreachableError
from storage.ledger.ledger import Ledger

MOST_LISTED = 10
"""Accounts that are listed where they are too few for an interval."""


def read_sureness(ledger: Ledger, question: Question) -> Sureness | None:
    """Measure it; None where nobody paid at the opening, or a warehouse with the accounts is away.

    Single accounts are in it, too: `Sureness.as_seen` takes out what somebody must not see.
    """
    period = question.period
    try:
        found = ledger.confidence(*period.ends, question.scope)
    except WarehouseUnreachableError:
        return None
    if found is None:
        return None
    if not found.is_too_few:
        return Sureness(confidence=found)
    accounts = ledger.largest_accounts(*period.ends, question.scope, most=MOST_LISTED)
    return Sureness(confidence=found, accounts=accounts)
