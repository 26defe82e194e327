"""Compounding between monthly and annual rates; a run rate is never called NRR."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from math import prod

_PRECISE = Context(prec=50)  # ten digits more than are promised


def annualised(monthly: Fraction) -> Fraction:
    """Compound a monthly ratio over twelve months like it, exactly: the 12th power.

    Examples
    --------
    >>> float(annualised(Fraction(99, 100)))
    0.8863848717161292
    """
    return monthly**12


def chained(ratios: Iterable[Fraction]) -> Fraction:
    """Multiply the ratios of successive periods, exactly; 1 when there are none.

    It is called "chained" wherever it is shown: every period has its own base, so it is not the
    NRR of the whole span.

    Examples
    --------
    >>> chained([Fraction(11, 10), Fraction(9, 10)])
    Fraction(99, 100)
    """
    return prod(ratios, start=Fraction(1))


def monthly_equivalent(annual: Fraction) -> Decimal:
    """Return the monthly ratio that compounds to ``annual``: the 12th root, to 40 digits.

    ``annual`` is never negative, as no retention is.

    Examples
    --------
    >>> round(monthly_equivalent(Fraction(112, 100)), 6)
    Decimal('1.009489')
    """
    ratio = _PRECISE.divide(Decimal(annual.numerator), Decimal(annual.denominator))
    return _PRECISE.power(ratio, _PRECISE.divide(Decimal(1), Decimal(12)))


@dataclass(frozen=True, slots=True)
class AnnualisationExample:
    """Row of the guide's table: a monthly ratio and its meaning over a year."""

    monthly: Fraction
    meaning: str


ANNUALISATION_TABLE = (
    AnnualisationExample(Fraction(99, 100), "losing 11.4% of the base a year"),
    AnnualisationExample(Fraction(100, 100), "flat: no growth and no loss from the existing base"),
    AnnualisationExample(Fraction(101, 100), "growing 12.7% a year without new logos"),
    AnnualisationExample(Fraction(102, 100), "expansion significantly outpaces losses"),
    AnnualisationExample(Fraction(103, 100), "exceptional: the best product-led companies"),
)
"""GTM engineer's guide, "Monthly NRR, annualized NRR, what it means"."""
