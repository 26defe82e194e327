"""The bias-corrected and accelerated bootstrap by the book, in plain Python but for the draws."""

from collections.abc import Sequence
from math import floor
from statistics import NormalDist, fmean

import numpy as np

Pair = tuple[float, float]
NORMAL = NormalDist()


def ratio(pairs: Sequence[Pair]) -> float:
    return sum(kept for _, kept in pairs) / sum(paid for paid, _ in pairs)


def plain_bca(pairs: Sequence[Pair], *, draws: int = 10_000, level: float = 0.95) -> Pair:
    """Efron and Tibshirani (1993), equations 14.9 to 14.15."""
    size = len(pairs)
    places = np.random.default_rng(1).integers(size, size=(draws, size)).tolist()
    drawn = sorted(ratio([pairs[at] for at in row]) for row in places)
    whole = ratio(pairs)
    below = sum(one < whole for one in drawn) + sum(one == whole for one in drawn) / 2
    bias = NORMAL.inv_cdf(below / draws)
    left_out = [ratio([*pairs[:at], *pairs[at + 1 :]]) for at in range(size)]
    apart = [fmean(left_out) - one for one in left_out]
    acceleration = sum(d**3 for d in apart) / (6 * sum(d**2 for d in apart) ** 1.5)

    def end(tail: float) -> float:
        reach = bias + NORMAL.inv_cdf(tail)
        place = NORMAL.cdf(bias + reach / (1 - acceleration * reach))
        return drawn[min(floor(place * draws), draws - 1)]

    return end((1 - level) / 2), end((1 + level) / 2)
