"""Scopes read from text: words that name accounts and nothing else."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial

from bot.errors import PeriodsError, UnknownWordsError, UsageError
from bot.questions.parsing import CANONICAL_LENGTH, canonical_scope, parse_question
from bot.questions.words import Vocabulary
from metrics.errors import MetricsError
from metrics.rollup import Scope

CHOSEN_APART = (
    "only say which accounts here, such as enterprise: the period and the split are chosen apart"
)
OF_QUESTIONS = (
    "only say which accounts here: usage and the groups of today are for questions that are"
    " answered at once"
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
        lists_accounts=False,
    )
    try:
        question = read(text)
    except PeriodsError:
        raise UsageError(only) from None
    if not question.is_on_usual_basis:
        raise UsageError(OF_QUESTIONS)
    # More than the accounts was named, be it the period that is meant without one.
    plain = replace(question, words=replace(question.words, text=""), scope=())
    if question.words.names_period or plain != read(""):
        raise UsageError(only)
    return question.scope


def read_scope_alone(
    text: str,
    *,
    vocabulary: Vocabulary,
    today: date,
    fiscal_start: int,
    only: str = CHOSEN_APART,
) -> Scope:
    """Read the accounts that a text by itself names; what to try instead is accounts, too.

    Raises
    ------
    UsageError, MetricsError
        As from `read_scope`.
    """
    read = partial(read_scope, vocabulary=vocabulary, today=today, fiscal_start=fiscal_start)
    try:
        return read(text, only=only)
    except UsageError as error:
        problem, is_tried, instead = str(error).partition(" Try: ")
        if not is_tried:
            raise
        scope: Scope = ()
        with suppress(UsageError, MetricsError):
            scope = parse_question(
                instead,
                vocabulary=vocabulary,
                today=today,
                fiscal_start=fiscal_start,
                max_length=CANONICAL_LENGTH,
            ).scope
        tried = f" Try: {canonical_scope(scope)}" if scope else ""
        kind = UnknownWordsError if isinstance(error, UnknownWordsError) else UsageError
        raise kind(f"{problem}{tried}") from None
