"""All accounts of a list as a file: for a terminal, and for whoever presses a button."""

from dataclasses import dataclass
from io import StringIO

from bot.accounts.account_csv import write_accounts, write_ranking
from bot.accounts.moves import AccountMoves
from bot.accounts.ranking.ranking import AccountRanking
from bot.answers.answer import Answer, Reply
from bot.answers.answers import Answers
from bot.answers.behind import base_accounts, listed_accounts, ranked_accounts
from bot.errors import UsageError

NO_LIST = (
    "a file is of the accounts of one period, or of a list: ask for last-quarter, accounts churned"
    " last-quarter, or at risk"
)


@dataclass(frozen=True, slots=True)
class AccountFile:
    """A CSV file, and how many accounts it has."""

    content: bytes
    accounts: int


def account_file(answers: Answers, reply: Reply) -> AccountFile:
    """Write all accounts of a list, whatever page of it was asked for, or of an opening base.

    Raises
    ------
    UsageError
        If the reply is no list of accounts, or the data has changed since.
    """
    file, currency = StringIO(newline=""), reply.grounds.currency
    if isinstance(reply, AccountMoves):
        moved = listed_accounts(answers, reply).listed
        write_accounts(moved, currency=currency, file=file)
        return AccountFile(file.getvalue().encode(), len(moved))
    if isinstance(reply, Answer):
        base = base_accounts(answers, reply)
        write_accounts(base, currency=currency, file=file)
        return AccountFile(file.getvalue().encode(), len(base))
    if isinstance(reply, AccountRanking) and reply.listed is not None:
        ranked = ranked_accounts(answers, reply).listed
        write_ranking(ranked, currency=currency, file=file)
        return AccountFile(file.getvalue().encode(), len(ranked))
    raise UsageError(NO_LIST)
