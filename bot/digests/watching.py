"""The value of another dimension that a digest's readers should keep an eye on."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain

from bot.answers.answer import Answer, Slice
from bot.answers.posted_figures import figure_of
from bot.answers.small_cohorts import TOGETHER
from bot.digests.digest import Digest, Watched
from bot.errors import AccessDeniedError, DataChangedError, UsageError
from bot.questions.parsing import Question
from bot.questions.words import Vocabulary
from bot.style.figures import SMALL_COHORT
from metrics.findings.years import GRR_FLOOR
from metrics.segments import NO_VALUE


def find_watched(
    digest: Digest, ask: Callable[[Question], Answer], vocabulary: Vocabulary
) -> Watched | None:
    """Find the worst GRR over twelve months by any dimension that the digest is not split by.

    None where each is at its floor of 90% or above, of too few accounts, or may not be seen.

    Parameters
    ----------
    ask : callable
        Answers a question as far as the readers of the digest may see.
    """
    year = digest.answer.comparisons.trailing
    if year is None:
        return None
    scope, version = digest.answer.question.scope, digest.answer.grounds.data_version
    found: list[Slice] = []
    for dimension in vocabulary.values:
        if dimension == digest.dimension or dimension in dict(scope):
            continue
        question = digest.answer.question
        asked = replace(question, period=year.period, dimension=dimension).with_stand_in(None)
        answers = list(_answered(ask, asked))
        if any(answer.grounds.data_version != version for answer in answers):
            raise DataChangedError
        found += chain.from_iterable(map(_judged, answers))
    worst = min(found, key=lambda part: (part.retention.grr or 0, part.value), default=None)
    if worst is None:
        return None
    pair = worst.dimension, worst.value
    figure = figure_of((*scope, pair), year.period, worst.retention, data_version=version)
    return Watched(figure=figure, pair=pair, year=worst.retention)


def _answered(ask: Callable[[Question], Answer], asked: Question) -> Iterator[Answer]:
    with suppress(UsageError, AccessDeniedError):  # too few accounts to be split by it
        yield ask(asked)


def _judged(answer: Answer) -> Iterator[Slice]:
    for part in answer.breakdown:
        grr = part.retention.grr
        is_large = part.retention.accounts_opening >= SMALL_COHORT
        is_named = part.value not in {TOGETHER, NO_VALUE}
        if grr is not None and grr < GRR_FLOOR and is_large and is_named:
            yield part
