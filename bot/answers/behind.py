"""What is behind a reply: single accounts and figures, of the data that it was worked out of.

Where the data has changed since, everything here raises `DataChangedError`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from bot.access.visibility import Visibility
from bot.accounts.measuring import read_every
from bot.accounts.moves import AccountMoves
from bot.accounts.ranking.measuring import RankingReader
from bot.accounts.ranking.ranking import AccountRanking
from bot.answers.answer import Answer, Reply
from bot.answers.answers import Answers
from bot.answers.reading import Reading
from bot.benchmarks.tier_review import TierReview
from bot.confidence.measuring import read_sureness
from bot.confidence.sureness import Sureness
from bot.errors import DataChangedError
from metrics.activity import Activity
from storage.ledger.account_changes import AccountChange, AccountChanges, MovedAccounts
from storage.ledger.ledger import Ledger
from storage.ledger.ranked_accounts import RankedAccounts


def base_accounts(answers: Answers, answer: Answer) -> tuple[AccountChange, ...]:
    """List the accounts that an answer's ratios are of, with what became of each."""
    with _ledger(answers, answer) as ledger:
        return ledger.base_accounts(*answer.period.ends, answer.question.scope)


def listed_accounts(answers: Answers, moves: AccountMoves) -> MovedAccounts:
    """List all accounts of a list by name, whatever page of it was asked for."""
    with _ledger(answers, moves) as ledger:
        return read_every(ledger, moves.question)


def ranked_accounts(answers: Answers, ranking: AccountRanking) -> RankedAccounts:
    """List all accounts of a ranked list by name, whatever page of it was asked for."""
    with _ledger(answers, ranking) as ledger:
        reader = RankingReader(
            ledger=ledger, day=ranking.day, today=ranking.today, dimension=ranking.dimension
        )
        return reader.every(ranking.question)


def account_changes(answers: Answers, answer: Answer, *, most: int) -> AccountChanges:
    """List the accounts that moved an answer's base the most, up to ``most`` of each kind."""
    with _ledger(answers, answer) as ledger:
        return ledger.account_changes(*answer.period.ends, answer.question.scope, most=most)


def changes_by_driver(answers: Answers, answer: Answer) -> Activity:
    """Split what an answer's base gained and lost by the drivers of its movements."""
    with _ledger(answers, answer) as ledger:
        return ledger.changes_by_driver(*answer.period.ends, answer.question.scope)


def sureness_of(answers: Answers, answer: Answer) -> Sureness | None:
    """Measure how sure an answer is, without anything of single accounts."""
    with _ledger(answers, answer) as ledger:
        found = read_sureness(ledger, answer.question)
    return found and found.as_seen(hides_small=True, sees_accounts=False)


def tier_review_of(
    answers: Answers, answer: Answer, *, today: date, visibility: Visibility
) -> TierReview | None:
    """Look for segments of an answer's split that lie far apart, quarter after quarter."""
    if not answer.breakdown:
        return None
    scope, dimension = answer.question.scope, answer.breakdown[0].dimension
    is_whole = visibility.sees_accounts(scope) or answers.shows_small_groups()
    with _reading(answers, answer, today=today) as reading:
        granted = None if is_whole else visibility.scopes
        return reading.tier_review(answer.question, dimension, granted)


@contextmanager
def _ledger(answers: Answers, reply: Reply) -> Iterator[Ledger]:
    with _reading(answers, reply) as reading:
        ledger, placed_on = reading.ledger_of(reply.question), reply.grounds.placed_on
        yield ledger if placed_on is None else ledger.placed_on(placed_on)


@contextmanager
def _reading(answers: Answers, reply: Reply, *, today: date | None = None) -> Iterator[Reading]:
    with answers.reading(today=today, as_of=reply.grounds.as_of) as reading:
        if reading.ledger.state().data_version != reply.grounds.data_version:
            raise DataChangedError  # accounts of other data would not add up to the reply
        yield reading
