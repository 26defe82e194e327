"""Dimensions of accounts that are derived from balances, and the cut-offs of their tiers."""

from dataclasses import dataclass
from enum import StrEnum, unique
from fractions import Fraction
from functools import cache
from itertools import pairwise

from metrics.errors import TierCutOffsError

PRODUCT = "product"  # the one dimension that belongs to movements, not to accounts
NO_VALUE = "(none)"  # an account without a value for a dimension counts here, never nowhere


@unique
class DerivedDimension(StrEnum):
    """Dimensions that are computed at the opening date instead of stored."""

    ACV_TIER = "acv_tier"
    VALUE_TIER = "value_tier"
    TENURE = "tenure"


@dataclass(frozen=True, slots=True)
class Tiers:
    """A workspace's cut-offs for the derived dimensions.

    Parameters
    ----------
    acv_edges : tuple of int
        Lower edges of the ACV tiers in major units of ARR, ascending, without the zero.
    high_share, tail_share : Fraction
        Share of MRR that the largest accounts and the long tail carry.
    currency : str, optional
        The reporting currency, in which accounts are placed; that of the ledger's first movement
        when left out.

    Raises
    ------
    TierCutOffsError
        If the edges do not ascend, or the two shares overlap: no account is in two tiers.
    """

    acv_edges: tuple[int, ...] = (25_000, 100_000)
    high_share: Fraction = Fraction(20, 100)
    tail_share: Fraction = Fraction(20, 100)
    currency: str | None = None

    def __post_init__(self) -> None:
        edges_ascend = all(low < high for low, high in pairwise((0, *self.acv_edges)))
        shares = self.high_share, self.tail_share
        if not edges_ascend or min(shares) < 0 or sum(shares) > 1:
            raise TierCutOffsError

    @property
    def fingerprint(self) -> str:
        """Short text of the derived dimensions and their cut-offs; balances are built with one."""
        # With the names: balances built before a dimension was added would answer "(none)" of it.
        names = ",".join(derived_values(self))
        shares = f"high={self.high_share} tail={self.tail_share}"
        placed_in = f" in {self.currency}" if self.currency else ""
        return f"{names} acv={self.acv_edges} {shares}{placed_in}"


def _short(amount: int) -> str:
    for unit, sign in ((1_000_000, "m"), (1_000, "k")):
        if amount % unit == 0:
            return f"{amount // unit}{sign}"
    return str(amount)


@cache
def acv_tier_names(edges: tuple[int, ...]) -> tuple[str, ...]:
    """Name the ACV tiers, smallest first.

    Examples
    --------
    >>> acv_tier_names((25_000, 100_000))
    ('under-25k', '25k-100k', '100k-plus')
    """
    if not edges:
        return ("all",)
    middle = [f"{_short(low)}-{_short(high)}" for low, high in pairwise(edges)]
    return (f"under-{_short(edges[0])}", *middle, f"{_short(edges[-1])}-plus")


TENURE_NAMES = ("under-90-days", "90-365-days", "over-365-days")
VALUE_TIER_NAMES = ("high", "mid", "long-tail")


def derived_values(tiers: Tiers) -> dict[str, tuple[str, ...]]:
    """Return the values of every derived dimension, in the order of their codes.

    The codes are worked out by `metrics.tier_codes.derived_codes`.
    """
    return {
        DerivedDimension.ACV_TIER.value: acv_tier_names(tiers.acv_edges),
        DerivedDimension.VALUE_TIER.value: VALUE_TIER_NAMES,
        DerivedDimension.TENURE.value: TENURE_NAMES,
    }
