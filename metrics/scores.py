"""Scores of accounts by the signs that they show, and how right a list of them was, in arrays."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.score_rules import Hindsight, Ranking, Sign

Truth = NDArray[np.bool_]


def scores(signs: Mapping[Sign, Truth], ranking: Ranking) -> NDArray[Any]:
    """Add up the weights of the signs that accounts show.

    Parameters
    ----------
    signs : mapping of Sign to array of bool, shape (n,)
        Of each account whether it shows the sign.

    Returns
    -------
    array of whole numbers, shape (n,)
    """
    total = np.zeros(next(iter(signs.values())).size, np.int64)
    for rule in ranking.rules:
        total += rule.weight * signs[rule.sign]
    return total


def ranked(score: NDArray[Any], mrr: NDArray[Any], ranking: Ranking) -> NDArray[Any]:
    """Find the places of the accounts that are listed, by score, then by MRR, the highest first."""
    listed = np.flatnonzero(score >= ranking.least)
    found: NDArray[Any] = listed[np.lexsort((-mrr[listed], -score[listed]))]
    return found


def moved_by(before: NDArray[Any], after: NDArray[Any], least: Fraction, *, down: bool) -> Truth:
    """Tell of accounts whether they pay less, or more, by a share of what they paid."""
    change = before.astype(np.int64) - after if down else after.astype(np.int64) - before
    moved: Truth = change * least.denominator >= np.maximum(before * least.numerator, 1)
    return moved


def hindsight(
    listed: NDArray[Any], before: NDArray[Any], after: NDArray[Any], least: Fraction, *, down: bool
) -> Hindsight:
    """Hold a list against what its accounts pay later.

    Parameters
    ----------
    listed : array of whole numbers
        Places of the accounts that were listed.
    before, after : arrays of whole numbers
        MRR of all that paid when the list was made, then and later, in minor units.
    """
    is_right = moved_by(before, after, least, down=down)
    return Hindsight(
        listed=listed.size,
        listed_right=int(np.count_nonzero(is_right[listed])),
        every=before.size,
        every_right=int(np.count_nonzero(is_right)),
    )
