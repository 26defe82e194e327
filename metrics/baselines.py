"""What a month is compared with: the usual level of the months before, and how they vary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from statistics import median

from metrics.period_grammar import shift_months

MONTHS = 12
"""How far back a baseline reaches: every season once."""

_MEAN_RANGE_OF_UNIT_DEVIATION = Fraction(1128, 1000)
"""Mean distance between two draws from a normal distribution of standard deviation one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The usual level of some months, as a ratio, and its standard deviation, as another.

    ``months`` is how many of the twelve were known.
    """

    level: Fraction
    deviation: Fraction
    months: int


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
    window = _twelve_before(month)
    known = [values[one] for one in window if one in values]
    if not known:
        return None
    ranges = [
        abs(values[after] - values[before])
        for before, after in pairwise(window)
        if before in values and after in values
    ]
    mean_range = sum(ranges, start=Fraction()) / max(len(ranges), 1)
    return Baseline(
        level=median(known),
        deviation=mean_range / _MEAN_RANGE_OF_UNIT_DEVIATION,
        months=len(known),
    )


@lru_cache
def _twelve_before(month: date) -> tuple[date, ...]:
    return tuple(shift_months(month, -back) for back in range(MONTHS, 0, -1))
