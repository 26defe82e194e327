"""The baseline of a month: the usual level of the months before, and how much they vary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import lcm
from statistics import median_high, median_low

from metrics.period_grammar import shift_months
from metrics.usual import MEAN_RANGE_OF_UNIT_DEVIATION

MONTHS = 12
"""How far back a baseline reaches: every season once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The usual level of some months, as a ratio, and its standard deviation, as another.

    ``months`` is how many of the twelve were known.
    """

    level: Fraction
    deviation: Fraction
    months: int


@lru_cache(maxsize=2**10)  # every rule and scope of a run asks for the same months
def twelve_before(month: date) -> tuple[date, ...]:
    """Return the twelve months before one, the oldest first."""
    return tuple(shift_months(month, -back) for back in range(MONTHS, 0, -1))


def baseline_before(month: date, values: Mapping[date, Fraction]) -> Baseline | None:
    """Return the baseline of the twelve months before ``month``; None when none is known.

    Parameters
    ----------
    month : date
        A first day of a month; the value of this month itself is never looked at.
    values : mapping of date to Fraction
        Ratios by the first day of their month; months may be missing.

    Returns
    -------
    Baseline
        Level is the median, which one odd month cannot move. The deviation is the mean moving
        range over 1.128: unlike the usual estimate, a trend or a step barely widens it. Ranges
        are taken between neighbouring months only. Both are exact.

    References
    ----------
    docs/definitions.md, section "Alerts".

    Examples
    --------
    >>> spring = {date(2026, month, 1): Fraction(100 + month % 2, 100) for month in (1, 2, 3)}
    >>> baseline_before(date(2026, 4, 1), spring)
    Baseline(level=Fraction(101, 100), deviation=Fraction(5, 564), months=3)
    """
    window = [values.get(one) for one in twelve_before(month)]  # None keeps a gap in its place
    known = [value for value in window if value is not None]
    if not known:
        return None
    # Sums of many fractions are slow: whole numbers of their common unit are as exact.
    unit = lcm(*(value.denominator for value in known))
    scaled = [
        None if value is None else value.numerator * (unit // value.denominator) for value in window
    ]
    levels = [one for one in scaled if one is not None]
    ranges = [  # a gap has no range: what lies across it is not one month's movement
        abs(after - before)
        for before, after in pairwise(scaled)
        if before is not None and after is not None
    ]
    return Baseline(
        # Half the sum of the middle two: `statistics.median` would divide whole numbers to a float.
        level=Fraction(median_low(levels) + median_high(levels), 2 * unit),
        deviation=Fraction(sum(ranges), max(len(ranges), 1) * unit) / MEAN_RANGE_OF_UNIT_DEVIATION,
        months=len(levels),
    )
