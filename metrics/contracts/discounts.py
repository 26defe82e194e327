"""Discounts of many terms, in columns."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from metrics.contracts.plain_columns import NO_END
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

    @classmethod
    def none(cls, size: int) -> Self:
        """Build those of terms without any."""
        nothing = np.zeros(size, np.int64)
        return cls(nothing, nothing, np.full(size, NO_END))

    @property
    def is_given(self) -> NDArray[np.bool_]:
        """Whether a term has one."""
        found: NDArray[np.bool_] = (self.minor != 0) | (self.share != 0)
        return found

    def off(self, amount: Whole) -> Whole:
        """Take them off prices; in parts of `SHARE` of minor units."""
        found: Whole = amount * (SHARE - self.share) - self.minor * SHARE
        return found
