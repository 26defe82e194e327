"""Confidence measured from what the accounts of an opening base pay at the two ends of a period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.confidence.confidence import (
    LEVEL,
    MOST_RESAMPLED,
    Confidence,
    Interval,
    SingleAccounts,
)
from metrics.exact_sums import total_of

Amounts = NDArray[np.float64]

TOP = 5
_SAME = 1e-9  # ratios nearer than that differ by how floats are rounded, if at all


@dataclass(frozen=True, slots=True, eq=False)
class BaseEnds:
    """MRR of the accounts of an opening base at its two ends, in minor units, a cell each.

    Of a product line those that bought it meanwhile stand among them, with an opening of zero.
    """

    opening: NDArray[Any]
    closing: NDArray[Any]


def seed_of(*told: object) -> int:
    """Make a seed of what a figure is about: the same figure has the same interval, always."""
    return int.from_bytes(sha256(repr(told).encode()).digest()[:8])


def measure_confidence(ends: BaseEnds, *, seed: int) -> Confidence | None:
    """Measure how sure the ratios of a base are; None where nobody paid at the opening.

    Parameters
    ----------
    seed : int
        Of the draws, as from `seed_of`.

    Returns
    -------
    Confidence
        Counts and shares are exact. Intervals of up to 3,000 accounts are resampled (BCa), above
        they are linearised: `normal_interval`.

    References
    ----------
    docs/definitions.md, section "How sure"; Efron (1987), "Better bootstrap confidence intervals".
    """
    own = ends.opening > 0
    opening, closing = ends.opening[own], ends.closing[own]
    if not opening.size:
        return None
    whole = total_of(ends.opening)
    squares = sum(paid * paid for paid in opening.tolist())  # beyond 64 bits: Python's integers
    found = Confidence(
        accounts=int(opening.size),
        effective=Fraction(whole * whole, squares),
        single=_concentration(BaseEnds(opening, closing), (whole, total_of(ends.closing))),
    )
    if found.is_too_few:
        return found
    nrr, grr = _intervals(ends, own, seed=seed)
    return replace(found, nrr=nrr, grr=grr)


def normal_interval(opening: Amounts, kept: Amounts) -> Interval:
    """Work out the linearised normal interval of a ratio of sums, by the delta method.

    Its deviation is that of ``kept - ratio * opening``, summed, over the opening sum.
    """
    base = opening.sum()
    ratio = kept.sum() / base
    apart = kept - ratio * opening
    deviation = sqrt(apart.size / (apart.size - 1) * float(apart @ apart)) / base
    reach = NormalDist().inv_cdf(float(1 + LEVEL) / 2) * deviation
    return Interval(max(0.0, float(ratio - reach)), float(ratio + reach))


def _intervals(
    ends: BaseEnds, own: NDArray[np.bool_], *, seed: int
) -> tuple[Interval | None, Interval | None]:
    opening, closing = (each.astype(np.float64) for each in (ends.opening, ends.closing))
    kept = np.minimum(opening, closing)
    has_newcomers = not own.all()
    differ = (
        has_newcomers or not _are_alike(closing / opening),
        not _are_alike(kept[own] / opening[own]),
    )
    parts = [part for part, differs in zip((closing, kept), differ, strict=True) if differs]
    is_large = np.count_nonzero(own) > MOST_RESAMPLED
    found = iter(_normal(opening, parts) if is_large else _resampled(opening, parts, seed=seed))
    nrr, grr = (next(found) if differs else None for differs in differ)
    return nrr, grr and Interval(grr.low, min(1.0, grr.high))  # nobody keeps more than all


def _normal(opening: Amounts, parts: Sequence[Amounts]) -> Sequence[Interval]:
    return [normal_interval(opening, part) for part in parts]


def _resampled(opening: Amounts, parts: Sequence[Amounts], *, seed: int) -> Sequence[Interval]:
    if not parts:
        return []
    from metrics.confidence.resampling import bca_intervals  # noqa: PLC0415 - SciPy is slow to load

    return bca_intervals(opening, parts, seed=seed)


def _are_alike(ratios: Amounts) -> bool:
    return bool(ratios.max() - ratios.min() < _SAME)


def _concentration(ends: BaseEnds, totals: tuple[int, int]) -> SingleAccounts:
    """Measure what single accounts weigh in a base, of which every one pays at the opening."""
    opening, closing, whole = ends.opening, ends.closing, totals[0]
    tops = np.sort(np.partition(opening, -min(TOP, opening.size))[-TOP:])
    largest = np.flatnonzero(opening == tops[-1])
    of_largest = int(closing[largest].max())  # of equal ones always the same one
    rest = whole - int(tops[-1])
    return SingleAccounts(
        top_1=Fraction(int(tops[-1]), whole),
        top_5=Fraction(sum(tops.tolist()), whole),
        without_largest=Fraction(totals[1] - of_largest, rest) if rest else None,
        median=_median(opening, closing),
    )


def _median(opening: NDArray[Any], closing: NDArray[Any]) -> Fraction:
    """Find the ratio in the middle, exactly; of an even number the mean of both."""
    size = opening.size
    middle = sorted({(size - 1) // 2, size // 2})
    order = np.argpartition((closing / opening).astype(np.float64), middle)[middle]
    ratios = [Fraction(int(closing[one]), int(opening[one])) for one in order.tolist()]
    return sum(ratios, Fraction()) / len(ratios)
