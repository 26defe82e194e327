"""Scopes read from text: words that name accounts and nothing else."""

from dataclasses import replace
from datetime import date
from functools import partial

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
    read = partial(
        parse_question,
        vocabulary=vocabulary,
        today=today,
        fiscal_start=fiscal_start,
        max_length=CANONICAL_LENGTH,
    )
    question = read(text)
    # More than the accounts was named, be it the period that is meant without one.
    if question.names_period or replace(question, text="", scope=()) != read(""):
        raise UsageError(only)
    return question.scope
