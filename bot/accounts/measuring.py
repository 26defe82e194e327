"""Accounts measured: a question for them becomes their list, from the ledger."""

from bot.accounts.moves import AccountMoves
from bot.questions.question import Question
from bot.style.grounds import Grounds
from storage.ledger.ledger import Ledger

MOST = 12
"""Losses, and gains, that are read: a terminal shows all of them, a message fewer."""


def read_moves(ledger: Ledger, question: Question, grounds: Grounds) -> AccountMoves:
    """Read the accounts that moved a base the most.

    Raises
    ------
    StorageError
        If the ledger is in a warehouse that does not answer: its accounts are not kept here.
    """
    ends = question.period.start, question.period.measured_end
    return AccountMoves(
        question=question,
        grounds=grounds,
        retention=ledger.retention(*ends, question.scope),
        changes=ledger.account_changes(*ends, question.scope, most=MOST),
    )
