"""Exact money: integers in minor units, exact ratios, rounding only when something is shown."""

from collections.abc import Sequence
from decimal import MAX_PREC, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor

from iso4217 import Currency

from metrics.errors import MetricsError

_EXACT = Context(prec=MAX_PREC)  # the default of 28 digits would round large amounts


class UnknownCurrencyError(MetricsError):
    """The code is not in ISO 4217."""

    sentence = "the currency is not an ISO 4217 code such as USD or EUR"


@lru_cache
def minor_digits(currency: str) -> int:
    """Count the decimals of ``currency``: 2 for USD, 0 for JPY, 3 for KWD.

    Raises
    ------
    UnknownCurrencyError
        If ``currency`` is not an ISO 4217 code of a currency that has amounts.
    """
    try:
        digits = Currency(currency).exponent
    except ValueError:
        raise UnknownCurrencyError from None
    if digits is None:  # gold (XAU) and the like
        raise UnknownCurrencyError
    return int(digits)


def is_currency(code: str) -> bool:
    """Tell whether a text is the code of a currency that has amounts, as it must be written."""
    try:
        minor_digits(code)
    except UnknownCurrencyError:
        return False
    return True


def to_major(amount_minor: int, currency: str) -> Decimal:
    """Convert an amount to major units, with exactly the currency's own decimals.

    Examples
    --------
    >>> to_major(101_500_000, "USD")
    Decimal('1015000.00')
    """
    return Decimal(amount_minor).scaleb(-minor_digits(currency), context=_EXACT)


def round_half_up(value: Fraction, places: int) -> Decimal:
    """Round ``value`` to ``places`` decimals, exact halves away from zero.

    Examples
    --------
    >>> round_half_up(Fraction(1, 8), 2)
    Decimal('0.13')
    >>> round_half_up(Fraction(-1, 8), 2)
    Decimal('-0.13')
    """
    scaled = abs(value) * 10**places
    units = int(scaled)  # in integers, so that no binary or decimal error can move a half
    if scaled - units >= Fraction(1, 2):
        units += 1
    return Decimal(-units if value < 0 else units).scaleb(-places, context=_EXACT)


def apportioned(parts: Sequence[Fraction], total: int) -> tuple[int, ...]:
    """Round parts to integers that add up to ``total``, by largest remainder.

    Parameters
    ----------
    parts : sequence of Fraction
        Exact parts, in units of what is rounded to; below zero where they take away.
    total : int
        Less than one unit from their exact sum.

    Returns
    -------
    tuple of int
        Each part rounded down or up; one that is a whole number stays as it is.

    Examples
    --------
    >>> apportioned([Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)], 1)
    (1, 0, 0)
    """
    down = [floor(part) for part in parts]
    # The sort is stable: among equal remainders the first part is rounded up.
    by_remainder = sorted(range(len(parts)), key=lambda at: down[at] - parts[at])
    up = set(by_remainder[: total - sum(down)])
    return tuple(units + (at in up) for at, units in enumerate(down))
