"""Where an account counts: stored dimensions, and those derived from the opening balance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import ceil

from metrics.errors import TierCutOffsError
from metrics.movements import arr

NO_VALUE = "(none)"
"""Where an account without a value for a dimension counts; it is never dropped."""


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

    Raises
    ------
    TierCutOffsError
        If the edges do not ascend, or the two shares overlap: no account is in two tiers.
    """

    acv_edges: tuple[int, ...] = (25_000, 100_000)
    high_share: Fraction = Fraction(20, 100)
    tail_share: Fraction = Fraction(20, 100)

    def __post_init__(self) -> None:
        edges_ascend = all(low < high for low, high in pairwise((0, *self.acv_edges)))
        shares = self.high_share, self.tail_share
        if not edges_ascend or min(shares) < 0 or sum(shares) > 1:
            raise TierCutOffsError

    @property
    def fingerprint(self) -> str:
        """A short text that changes when any cut-off does."""
        return f"acv={self.acv_edges} high={self.high_share} tail={self.tail_share}"


def _short(amount: int) -> str:
    for unit, sign in ((1_000_000, "m"), (1_000, "k")):
        if amount % unit == 0:
            return f"{amount // unit}{sign}"
    return str(amount)


@cache
def acv_tier_names(edges: tuple[int, ...]) -> tuple[str, ...]:
    """Return the tiers' names, smallest first.

    Examples
    --------
    >>> acv_tier_names((25_000, 100_000))
    ('under-25k', '25k-100k', '100k-plus')
    """
    if not edges:
        return ("all",)
    middle = [f"{_short(low)}-{_short(high)}" for low, high in pairwise(edges)]
    return (f"under-{_short(edges[0])}", *middle, f"{_short(edges[-1])}-plus")


def acv_tier(mrr_minor: int, tiers: Tiers, *, digits: int) -> str:
    """Return the tier of an account's opening ARR; an edge belongs to the tier above it.

    ``digits`` is how many decimals the currency has.
    """
    unit = int(10**digits)
    reached = sum(arr(mrr_minor) >= edge * unit for edge in tiers.acv_edges)
    return acv_tier_names(tiers.acv_edges)[reached]


TENURE_NAMES = ("under-90-days", "90-365-days", "over-365-days")


def tenure(first_paid_on: date, *, on: date) -> str:
    """Return how long an account had been paying on a date: under 90 days, to 365, over 365."""
    days = (on - first_paid_on).days
    return TENURE_NAMES[(days >= 90) + (days > 365)]  # noqa: PLR2004 - the names say the bounds


VALUE_TIER_NAMES = ("high", "mid", "long-tail")


def value_tiers(mrr_minor: Mapping[str, int], tiers: Tiers) -> dict[str, str]:
    """Return each account's value tier from all balances above zero on one date.

    High are the largest accounts until they carry ``high_share`` of MRR, the one that reaches
    it included; the long tail are the smallest, which carry the last ``tail_share``. Equal
    balances are ordered by account, so the split never depends on how rows were read.
    """
    total = sum(mrr_minor.values())
    high_until = ceil(total * tiers.high_share)
    tail_from = ceil(total * (1 - tiers.tail_share))
    result, carried = {}, 0
    for account, mrr in sorted(mrr_minor.items(), key=lambda item: (-item[1], item[0])):
        result[account] = VALUE_TIER_NAMES[(carried >= high_until) + (carried >= tail_from)]
        carried += mrr
    return result
