"""Discounts of many terms, in columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.tier_codes import Whole

SHARE = 1_000_000
"""Shares are kept in so many parts of the whole."""


@dataclass(frozen=True, slots=True)
class Discounts:
    """Discounts by term: ``minor`` units off its price and ``share`` parts of `SHARE`.

    ``last`` is the last day with it, or `NO_END`.
    """

    minor: Whole
    share: Whole
    last: Whole

    @property
    def is_given(self) -> NDArray[np.bool_]:
        """Whether a term has one."""
        found: NDArray[np.bool_] = (self.minor != 0) | (self.share != 0)
        return found

    def off(self, amount: Whole) -> Whole:
        """Take them off prices; in parts of `SHARE` of minor units."""
        found: Whole = amount * (SHARE - self.share) - self.minor * SHARE
        return found
