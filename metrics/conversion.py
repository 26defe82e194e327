"""Conversion of many amounts at one rate, rounded half even without any error."""

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Amounts = NDArray[np.int64]

_EXACT = 2**53  # whole numbers up to here have a float64 of their own
_DENOMINATOR = 2**60  # a remainder of a few of them is told from its lowest 64 bits


def convert(amounts: NDArray[Any], factor: Fraction) -> Amounts:
    """Multiply amounts by a factor, each rounded to a whole number, exact halves to even.

    Parameters
    ----------
    amounts : array of whole numbers
        Minor units of one currency, of either sign.
    factor : Fraction
        Minor units of another currency for one of them, not below zero.

    Returns
    -------
    array
        int64, in minor units of the other currency.

    Raises
    ------
    OverflowError
        If one comes to 2^63 or more.

    Examples
    --------
    >>> convert(np.array([10, 30, 7, -10]), Fraction(1, 4))
    array([ 2,  8,  2, -2])
    """
    whole: Amounts = amounts.astype(np.int64, copy=False)
    if factor == 1 or not whole.size:
        return whole
    bound = max(int(whole.max()), -int(whole.min()))
    if max(Fraction(bound), bound * factor) >= _EXACT or factor.denominator >= _DENOMINATOR:
        return _one_by_one(whole, factor)
    return _together(whole, factor)


def _together(amounts: Amounts, factor: Fraction) -> Amounts:
    # Floating point is right to within one; what is left over, worked out to 64 bits, mends it.
    near = np.rint(amounts * float(factor)).astype(np.int64)
    with np.errstate(over="ignore"):
        numerator = np.uint64(factor.numerator % 2**64).astype(np.int64)
        left = amounts * numerator - near * np.int64(factor.denominator)
    down = left // factor.denominator
    near, left = near + down, left - down * factor.denominator
    half = 2 * left - factor.denominator
    rounded: Amounts = near + ((half > 0) | ((half == 0) & (near % 2 == 1)))
    return rounded


def _one_by_one(amounts: Amounts, factor: Fraction) -> Amounts:
    # Of equal amounts, which are common, one is worked out.
    distinct, places = np.unique(amounts, return_inverse=True)
    rounded = [round(int(amount) * factor) for amount in distinct]  # Fraction rounds half even
    converted: Amounts = np.array(rounded, np.int64)[places]
    return converted
