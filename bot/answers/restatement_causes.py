"""Main cause of a restated figure: late churn, late expansion, or the like."""

from bot.answers.answers import Answers
from bot.errors import UsageError
from metrics.errors import MetricsError
from metrics.retention import Retention
from storage.channels.posted_figures import ShownFigure
from storage.errors import StorageError

OPENING = "earlier months restated"
_WORDS = {
    "expansion": ("late expansion", "expansion taken back"),
    "contraction": ("late contraction", "contraction taken back"),
    "churn": ("late churn", "churn taken back"),
}


def cause_of(answers: Answers, shown: ShownFigure, now: Retention) -> str | None:
    """Find what most of a figure's change is; None where what was known then is not told.

    The ledger is asked for what it knew when the figure was posted.
    """
    then = _as_posted(answers, shown)
    return None if then is None else largest_change(then, now)


def largest_change(then: Retention, now: Retention) -> str | None:
    """Name the part that changed the most; None where none did.

    Examples
    --------
    >>> from dataclasses import replace
    >>> accounts = {"accounts_opening": 9, "accounts_retained": 8}
    >>> then = Retention(opening=900, expansion=50, contraction=0, churn=10, **accounts)
    >>> largest_change(then, replace(then, churn=60, expansion=20))
    'late churn'
    """
    found = [(now.opening - then.opening, (OPENING, OPENING))]
    for name, words in _WORDS.items():
        found.append((getattr(now, name) - getattr(then, name), words))
    change, (more, less) = max(found, key=lambda one: abs(one[0]))
    if not change:
        return None
    return more if change > 0 else less


def _as_posted(answers: Answers, shown: ShownFigure) -> Retention | None:
    figure = shown.figure
    if shown.posted_at is None:
        return None
    try:
        with answers.reading(as_of=shown.posted_at) as reading:
            then = reading.ledger.retention(figure.start, figure.end, figure.scope)
    except (UsageError, MetricsError, StorageError):
        return None  # a warehouse keeps no past, and what was below zero then has no figure
    return then if (then.nrr, then.grr) == (figure.nrr, figure.grr) else None
