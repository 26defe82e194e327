"""Questions to ask instead of one that takes account detail: what is left of it without."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace

from bot.answers.small_cohorts import DetailNeededError
from bot.errors import AccessDeniedError, UsageError
from bot.questions.hints import typed
from bot.questions.parsing import canonical_scope
from bot.questions.question import Question, View
from metrics.errors import MetricsError

_KEPT = frozenset({View.ANSWER, View.FULL, View.WHY})
"""Views that list no single accounts."""


def instead_of(refused: DetailNeededError, ask: Callable[[str], object]) -> str:
    """Find the nearest question that its asker is answered; empty where there is none.

    Parameters
    ----------
    ask : callable
        Answers a text as far as that person may see, or refuses it.
    """
    question = refused.question
    if question is not None and question.view is View.CARD:  # a name has no scope of its own
        question = replace(question, scope=refused.scope)
    for text in _nearer(question) if question else ():
        with suppress(AccessDeniedError, UsageError, MetricsError):
            ask(text)
            return text
    return ""


def _nearer(question: Question) -> Iterator[str]:
    """Yield the question without accounts, other side, split, days and filters, one by one."""
    view = question.view if question.view in _KEPT else View.WHY
    alone = Question(scope=question.scope, period=question.period, view=view)
    if question.versus is not None or question.view is not view:
        yield typed(alone)
    words = (*([view] if view else []), canonical_scope(question.scope), "last-month")
    yield " ".join(filter(None, words))
    for kept in range(len(question.scope) - 1, -1, -1):
        yield typed(replace(alone, scope=question.scope[:kept]))
