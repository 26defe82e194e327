"""Confidence in the ratios of one opening base: how few accounts they rest on, and an interval."""

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

FEWEST_ACCOUNTS = 10
"""Accounts that it takes for an interval."""
ENOUGH_ACCOUNTS = 20
"""Accounts from which on an interval is shown without a caution."""
LEAST_EFFECTIVE = 5
"""The effective number of accounts that it takes for an interval."""
MOST_RESAMPLED = 3_000
"""Accounts up to which an interval is resampled; above, it is the linearised normal one."""
LEVEL = Fraction(95, 100)
"""The share of intervals that hold what they are of."""


class NoInterval(StrEnum):
    """Why there is no interval."""

    TOO_FEW = "too-few"
    ALIKE = "alike"


class IntervalMethod(StrEnum):
    """How an interval is worked out."""

    BCA = "bca"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class Interval:
    """The two ends of an interval of a ratio: the only floats among the figures."""

    low: float
    high: float

    def holds(self, ratio: Fraction) -> bool:
        """Tell whether a ratio lies within."""
        return self.low <= ratio <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleAccounts:
    """The part that single accounts have in a base, as exact ratios.

    ``top_1`` and ``top_5`` are shares of opening MRR; ``without_largest`` is NRR of all others,
    None where there are none; ``median`` is the NRR of the account in the middle.
    """

    top_1: Fraction
    top_5: Fraction
    without_largest: Fraction | None
    median: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How sure NRR and GRR of a base are; the figures themselves are exact.

    Attributes
    ----------
    accounts : int
        In the opening base, at least one.
    effective : Fraction, optional
        How many equally large accounts would be as concentrated: one over the sum of the squares
        of all shares of opening MRR. None for fewer than five where that must not be told.
    nrr, grr : Interval, optional
        None for too few accounts, and where the ratio is the same for each.
    single : SingleAccounts, optional
        None for whoever may not see what single accounts pay.
    """

    accounts: int
    effective: Fraction | None
    nrr: Interval | None = None
    grr: Interval | None = None
    single: SingleAccounts | None = None

    @property
    def _is_concentrated(self) -> bool:
        return self.effective is None or self.effective < LEAST_EFFECTIVE

    @property
    def is_too_few(self) -> bool:
        """Whether the base is too small, or too concentrated, to read a trend."""
        return self.accounts < FEWEST_ACCOUNTS or self._is_concentrated

    def without_single_accounts(self) -> "Confidence":
        """Return the same without what tells of single accounts, also by how few decide it."""
        effective = None if self._is_concentrated else self.effective
        return replace(self, effective=effective, single=None)

    @property
    def is_flagged(self) -> bool:
        """Whether the interval is of so few accounts that it is to be read with care."""
        return not self.is_too_few and self.accounts < ENOUGH_ACCOUNTS

    @property
    def doubt(self) -> NoInterval | None:
        """The reason why NRR has no interval; None where it has one."""
        if self.is_too_few:
            return NoInterval.TOO_FEW
        return NoInterval.ALIKE if self.nrr is None else None

    @property
    def method(self) -> IntervalMethod:
        """How the intervals are worked out."""
        return IntervalMethod.BCA if self.accounts <= MOST_RESAMPLED else IntervalMethod.NORMAL
