"""Codes of derived dimensions for many accounts at once, in arrays.

A code is the position of a value in the names of its dimension.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.exact_sums import sum_by
from metrics.segments import DerivedDimension, Tiers

Whole = NDArray[np.int64]
"""Amounts in minor units, or positions."""
Codes = NDArray[np.unsignedinteger[Any]]
_LEVEL_BITS = 14
_LARGEST = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut through a company's accounts, the largest first.

    Above it are the accounts with more than ``mrr_minor``, and of those with exactly as much the
    first ``ties`` in order of account.
    """

    mrr_minor: int
    ties: int


def derived_codes(
    mrr_minor: Whole, ages: Whole, value_tiers: Codes, *, tiers: Tiers, digits: int
) -> dict[str, Codes]:
    """Return the codes of every derived dimension of balances on a date.

    ``ages`` are as in `tenure_codes`; ``value_tiers`` come from `value_cuts`: they rest on all
    balances.
    """
    return {
        DerivedDimension.ACV_TIER.value: acv_tier_codes(mrr_minor, tiers, digits=digits),
        DerivedDimension.VALUE_TIER.value: value_tiers,
        DerivedDimension.TENURE.value: tenure_codes(ages),
    }


def acv_tier_codes(mrr_minor: Whole, tiers: Tiers, *, digits: int) -> Codes:
    """Return the ACV tier of each balance; an edge belongs to the tier above it.

    ``digits`` is how many decimals the currency has.
    """
    # The least MRR whose twelvefold reaches an edge: balances themselves are never multiplied.
    least = (-(-edge * int(10**digits) // 12) for edge in tiers.acv_edges)
    codes = np.zeros(mrr_minor.size, np.min_scalar_type(len(tiers.acv_edges)))
    for edge in least:  # a few: several times as quick as to search for each balance
        if edge <= _LARGEST:
            codes += mrr_minor >= edge
    return codes


def tenure_codes(ages: Whole) -> Codes:
    """Return the tenure of each account: under 90 days, to 365, over 365.

    Parameters
    ----------
    ages : array of whole numbers
        Days since it first paid.
    """
    return (ages >= 90).astype(np.uint8) + (ages > 365)  # noqa: PLR2004 - the names say the bounds


def value_cuts(mrr_minor: Whole, tiers: Tiers) -> tuple[Cut, Cut]:
    """Find the cut below the high accounts, and the one below those in the middle.

    High are the largest accounts until they carry ``high_share`` of MRR, the one that reaches
    it included; the long tail are the smallest, which carry the last ``tail_share``. Equal
    balances are ordered by account, so the split never depends on how rows were read.
    ``mrr_minor`` holds all of a company's balances above zero on one date, in any order.
    """
    most = int(mrr_minor.max(initial=0))
    # Levels of similar balances are added up first: to sort all takes several times as long.
    level = mrr_minor >> max(most.bit_length() - _LEVEL_BITS, 0)
    carried = np.cumsum(sum_by(level, mrr_minor, int(level.max(initial=0)) + 1)[::-1])
    total = int(carried[-1])
    return (
        _cut(mrr_minor, level, carried, ceil(total * tiers.high_share)),
        _cut(mrr_minor, level, carried, ceil(total * (1 - tiers.tail_share))),
    )


def _cut(mrr_minor: Whole, level: Whole, carried: NDArray[Any], until: int) -> Cut:
    """Cut after the accounts that are needed to carry ``until`` together.

    Parameters
    ----------
    level : array of whole numbers
        That of each balance; a larger balance has no lower level.
    carried : array of whole numbers
        MRR of each level and those above it, the highest level first.
    """
    if until <= 0:
        return Cut(mrr_minor=_LARGEST, ties=0)
    above = int(np.searchsorted(carried, until))
    left = until - (int(carried[above - 1]) if above else 0)
    largest_first = np.sort(mrr_minor[level == carried.size - 1 - above])[::-1]
    last = int(np.searchsorted(np.cumsum(largest_first.astype(carried.dtype)), left))
    value = int(largest_first[last])
    return Cut(mrr_minor=value, ties=last + 1 - int(np.count_nonzero(largest_first > value)))
