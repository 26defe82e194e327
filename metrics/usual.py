"""Usual range of a ratio: where periods of one length lie when nothing out of the usual happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median_high, median_low

FEWEST = 8
"""Periods that it takes to know a range."""
MOST = 24
"""Periods before one that tell what is usual for it."""
WIDTH = 3
"""Standard deviations to either side: the limits of a control chart for single values."""
MEAN_RANGE_OF_UNIT_DEVIATION = Fraction(1128, 1000)
"""Mean distance between two draws from a normal distribution of standard deviation one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualRange:
    """The range that a ratio usually lies in, as exact ratios, and how many periods tell so."""

    low: Fraction
    high: Fraction
    periods: int

    def holds(self, ratio: Fraction) -> bool:
        """Tell whether a ratio is as usual."""
        return self.low <= ratio <= self.high


def usual_range(ratios: Sequence[Fraction]) -> UsualRange | None:
    """Work out the range of earlier periods, the oldest first; None of fewer than eight.

    Returns
    -------
    UsualRange
        Three standard deviations around the median, which one odd period cannot move. The
        deviation is the mean moving range over 1.128: unlike the usual estimate, a trend or a step
        barely widens it.

    References
    ----------
    docs/definitions.md, section "Explaining a change"; Wheeler (1993), "Understanding variation".

    Examples
    --------
    >>> found = usual_range([Fraction(percent, 1000) for percent in (990, 1000) * 4])
    >>> round(float(found.low), 4), round(float(found.high), 4)
    (0.9684, 1.0216)
    """
    if len(ratios) < FEWEST:
        return None
    middle = (median_low(ratios) + median_high(ratios)) / 2
    ranges = [abs(after - before) for before, after in pairwise(ratios)]
    deviation = Fraction(sum(ranges)) / len(ranges) / MEAN_RANGE_OF_UNIT_DEVIATION
    return UsualRange(
        low=middle - WIDTH * deviation, high=middle + WIDTH * deviation, periods=len(ratios)
    )
