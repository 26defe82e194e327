"""Restatement: a ratio that was posted is announced again once it has changed enough."""

from fractions import Fraction

WORTH_SAYING = Fraction(5, 1000)
"""Half a point, compared exactly."""


def is_restated(posted: Fraction | None, now: Fraction | None) -> bool:
    """Tell whether a posted ratio has changed by half a point or more.

    Parameters
    ----------
    posted, now : Fraction, optional
        Ratios such as 1.01; None where there was, or is, no opening MRR: one that has become
        defined, or undefined, is restated.

    Examples
    --------
    >>> is_restated(Fraction("1.000"), Fraction("0.995"))
    True
    >>> is_restated(Fraction("1.000"), Fraction("0.9951"))
    False
    """
    if posted is None or now is None:
        return posted != now
    return abs(now - posted) >= WORTH_SAYING
