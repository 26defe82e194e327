"""The fates of accounts between the two ends of a period, as lists of them are asked for."""

from enum import StrEnum, unique
from fractions import Fraction

from metrics.retention import Retention

LEAST_NEWS = Fraction(1, 1000)


@unique
class Moved(StrEnum):
    """Outcome that a list of accounts is about; the value is the word that asks for it.

    The first four are of the opening base: the losses are the churned and the contracted, and one
    that has only paused is among those. The others came from outside it, but for the paused.
    """

    LOSSES = "losses"
    CHURNED = "churned"
    CONTRACTED = "contracted"
    EXPANDED = "expanded"
    NEW = "new"
    RETURNED = "returned"
    RESUMED = "resumed"
    PAUSED = "paused"


def news_of(now: Retention, before: Retention | None) -> Moved | None:
    """Find the outcome that is the news of a period: what moved its ratio the most.

    Against the period before it is what changed the most, of a first period what is largest; None
    below a tenth of a point.

    Parameters
    ----------
    now, before : Retention
        Of the same accounts; ``before`` is None where nothing is compared.
    """
    shares, earlier = _shares(now), _shares(before) if before else {}
    moves = {moved: abs(share - earlier.get(moved, Fraction())) for moved, share in shares.items()}
    largest = max(moves, key=lambda moved: moves[moved], default=None)
    return largest if largest and moves[largest] >= LEAST_NEWS else None


def _shares(one: Retention) -> dict[Moved, Fraction]:
    if not one.opening:
        return {}
    parts = {
        Moved.CHURNED: one.churn,
        Moved.CONTRACTED: one.contraction,
        Moved.EXPANDED: one.expansion,
    }
    return {moved: Fraction(part, one.opening) for moved, part in parts.items()}
