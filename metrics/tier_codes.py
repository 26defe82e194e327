"""Codes of derived dimensions for many accounts at once, in arrays.

A code is the position of a value in the names of its dimension.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from metrics.segments import DerivedDimension, Tiers

Whole = NDArray[np.int64]
"""Amounts in minor units, codes, or positions."""
_NARROW = int(np.iinfo(np.int32).max)
_LARGEST = int(np.iinfo(np.int64).max)  # sums beyond it would wrap round without a word


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut through a company's accounts, the largest first.

    Above it are the accounts with more than ``mrr_minor``, and of those with exactly as much the
    first ``ties`` in order of account.
    """

    mrr_minor: int
    ties: int


def derived_codes(
    mrr_minor: Whole, ages: Whole, value_tiers: Whole, *, tiers: Tiers, digits: int
) -> dict[str, Whole]:
    """Return the codes of every derived dimension of balances on a date.

    ``ages`` are as in `tenure_codes`; ``value_tiers`` come from `codes_by_cuts`: they rest on all
    balances.
    """
    return {
        DerivedDimension.ACV_TIER.value: acv_tier_codes(mrr_minor, tiers, digits=digits),
        DerivedDimension.VALUE_TIER.value: value_tiers,
        DerivedDimension.TENURE.value: tenure_codes(ages),
    }


def acv_tier_codes(mrr_minor: Whole, tiers: Tiers, *, digits: int) -> Whole:
    """Return the ACV tier of each balance; an edge belongs to the tier above it.

    ``digits`` is how many decimals the currency has.
    """
    # The least MRR whose twelvefold reaches an edge: balances themselves are never multiplied.
    least = (-(-edge * int(10**digits) // 12) for edge in tiers.acv_edges)
    codes = np.zeros(mrr_minor.size, np.int64)
    for edge in least:  # a few: several times as quick as to search for each balance
        if edge <= _LARGEST:
            codes += mrr_minor >= edge
    return codes


def tenure_codes(ages: Whole) -> Whole:
    """Return the tenure of each account: under 90 days, to 365, over 365.

    Parameters
    ----------
    ages : array of whole numbers
        Days since it first paid.
    """
    return (ages >= 90).astype(np.int64) + (ages > 365)  # noqa: PLR2004 - the names say the bounds


def value_cuts(mrr_minor: Whole, tiers: Tiers) -> tuple[Cut, Cut]:
    """Find the cut below the high accounts, and the one below those in the middle.

    High are the largest accounts until they carry ``high_share`` of MRR, the one that reaches
    it included; the long tail are the smallest, which carry the last ``tail_share``. Equal
    balances are ordered by account, so the split never depends on how rows were read.
    ``mrr_minor`` holds all of a company's balances above zero on one date, in any order.
    """
    most = int(mrr_minor.max(initial=0))
    narrow = mrr_minor.astype(np.int32) if most <= _NARROW else mrr_minor  # sorted twice as fast
    largest_first = np.sort(narrow)[::-1].astype(np.int64)
    if largest_first.size and int(largest_first[0]) * largest_first.size > _LARGEST:
        largest_first = largest_first.astype(object)  # Python's integers have no end
    carried = np.cumsum(largest_first)
    total = int(carried[-1]) if carried.size else 0
    return (
        _cut(largest_first, carried, ceil(total * tiers.high_share)),
        _cut(largest_first, carried, ceil(total * (1 - tiers.tail_share))),
    )


def codes_by_cuts(mrr_minor: Whole, cuts: tuple[Cut, Cut]) -> Whole:
    """Return the value tiers of some balances by the cuts of all.

    Those with exactly a cut's amount are right only if all of them are here, in order of account.
    """
    high, mid = (_is_above(mrr_minor, cut) for cut in cuts)
    return 2 - high.astype(np.int64) - mid  # above both cuts 0, above one 1, above none 2


def _is_above(mrr_minor: Whole, cut: Cut) -> NDArray[np.bool_]:
    above = mrr_minor > cut.mrr_minor
    above[np.flatnonzero(mrr_minor == cut.mrr_minor)[: cut.ties]] = True
    return above


def _cut(largest_first: Whole, carried: Whole, until: int) -> Cut:
    """Cut after the accounts that are needed to carry ``until`` together."""
    if until <= 0 or not carried.size:
        return Cut(mrr_minor=_LARGEST, ties=0)
    last = int(np.searchsorted(carried, until))
    value = largest_first[last]
    first_like_it = int(np.searchsorted(-largest_first, -value))  # it wants an ascending order
    return Cut(mrr_minor=int(value), ties=last + 1 - first_like_it)
