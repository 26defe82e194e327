"""All accounts of a list as a file: for a terminal, and for whoever presses a button."""

from dataclasses import dataclass
from io import StringIO

from bot.accounts.account_csv import write_csv
from bot.accounts.account_table import AccountTable, changes_table, ranking_table
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
    """Write `account_table` as CSV."""
    table, file = account_table(answers, reply), StringIO(newline="")
    write_csv(table, file)
    return AccountFile(file.getvalue().encode(), len(table.rows))


def account_table(answers: Answers, reply: Reply) -> AccountTable:
    """Lay out all accounts of a list, whatever page of it was asked for, or of an opening base.

    Raises
    ------
    UsageError
        If the reply is no list of accounts, or the data has changed since.
    """
    currency = reply.grounds.currency
    if isinstance(reply, AccountMoves):
        return changes_table(listed_accounts(answers, reply).listed, currency=currency)
    if isinstance(reply, Answer):
        return changes_table(base_accounts(answers, reply), currency=currency)
    if isinstance(reply, AccountRanking) and reply.listed is not None:
        return ranking_table(ranked_accounts(answers, reply).listed, currency=currency)
    raise UsageError(NO_LIST)
