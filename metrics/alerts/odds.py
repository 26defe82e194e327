"""How unusual a month is, in words that need no statistics: once in so many months."""

from statistics import NormalDist

from metrics.alerts.verdicts import Verdict

RAREST = 1_000
"""Nothing rarer is told: no base has so many months."""


def months_per_occurrence(verdict: Verdict) -> int | None:
    """Return in how many months one as low comes by chance, at most `RAREST`.

    None for a month that is not below its baseline, and where nothing is known of how much the
    months before vary. The figure is for reading only: nothing is decided by it.

    Examples
    --------
    >>> from fractions import Fraction
    >>> low, usual, point = Fraction(100, 100), Fraction(102, 100), Fraction(1, 100)
    >>> months_per_occurrence(Verdict(value=low, baseline=usual, deviation=point))
    44
    """
    if verdict.baseline is None or not verdict.deviation or not verdict.drop:
        return None
    chance = NormalDist().cdf(-float(verdict.drop / verdict.deviation))
    return RAREST if chance * RAREST <= 1 else round(1 / chance)
