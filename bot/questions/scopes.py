"""Scopes read from text: words that name accounts and nothing else."""

from datetime import date

from bot.errors import UsageError
from bot.questions.parsing import CANONICAL_LENGTH, parse_question
from bot.questions.words import Vocabulary
from metrics.rollup import Scope

CHOSEN_APART = (
    "only say which accounts here, such as enterprise: the period and the split are chosen apart"
)


def read_scope(
    text: str,
    *,
    vocabulary: Vocabulary,
    today: date,
    fiscal_start: int,
    only: str = CHOSEN_APART,
) -> Scope:
    """Read the accounts that words such as ``enterprise`` name; no words name the company.

    ``only`` is what to say to words that ask for more than that.

    Raises
    ------
    UsageError, MetricsError
        If the words do not say that, or say more than that.
    """

    def read(words: str) -> tuple[object, Scope]:
        question = parse_question(
            words,
            vocabulary=vocabulary,
            today=today,
            fiscal_start=fiscal_start,
            max_length=CANONICAL_LENGTH,
        )
        beside = question.period, question.dimension, question.in_arr, question.window
        return beside, question.scope

    beside, scope = read(text)
    if beside != read("")[0]:
        raise UsageError(only)
    return scope
