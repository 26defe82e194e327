"""Intervals by resampling accounts: SciPy's bias-corrected and accelerated bootstrap."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from metrics.confidence.confidence import LEVEL, Interval

DRAWS = 10_000
_AT_ONCE = 64  # draws: as many as fit a processor's cache


def bca_intervals(
    opening: NDArray[np.float64], parts: Sequence[NDArray[np.float64]], *, seed: int
) -> tuple[Interval, ...]:
    """Work out the interval of each part's share of opening MRR, all from the same draws.

    Parameters
    ----------
    opening, parts : arrays, shape (n,)
        What each account pays at the opening, and what of it counts in each ratio; the shares must
        differ between accounts.

    Examples
    --------
    >>> opening, closing = np.full(20, 100.0), np.repeat([100.0, 90.0], 10)
    >>> [found] = bca_intervals(opening, [closing], seed=1)
    >>> round(found.low, 2), round(found.high, 2)
    (0.93, 0.97)
    """

    def shares(places: NDArray[np.int64], axis: int = -1) -> NDArray[np.float64]:
        # of a product line a draw can be of new buyers alone
        base = np.maximum(opening.take(places).sum(axis), 1)
        return np.stack([part.take(places).sum(axis) / base for part in parts])

    found = bootstrap(
        (np.arange(opening.size),),
        shares,
        vectorized=True,
        n_resamples=DRAWS,
        batch=_AT_ONCE,
        confidence_level=float(LEVEL),
        method="BCa",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    ends = zip(found.low.tolist(), found.high.tolist(), strict=True)
    return tuple(Interval(low, high) for low, high in ends)
