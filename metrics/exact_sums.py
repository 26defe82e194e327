"""Exact sums of many amounts by code, as fast as floating point adds them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_EXACT = 2**53  # whole numbers up to here have a float64 of their own
_BITS = 26
_LOW = 2**_BITS - 1
_ROWS = 2**26  # of low halves, whose sum stays exact
_LARGEST = int(np.iinfo(np.int64).max)


def sum_by(codes: NDArray[Any], amounts: NDArray[Any], count: int) -> NDArray[Any]:
    """Add up amounts by code, exactly.

    Parameters
    ----------
    codes : array of whole numbers, shape (n,)
        From 0 to below ``count``.
    amounts : array of whole numbers, shape (n,)
        Minor units of one currency, of either sign.

    Returns
    -------
    array, shape (count,)
        int64; Python's integers where one of them could be beyond that.

    Examples
    --------
    >>> sum_by(np.array([0, 1, 0]), np.array([10**15, 5, 1]), 2)
    array([1000000000000001,                5])
    """
    if not amounts.size:
        return np.zeros(count, np.int64)
    bound = _bound(amounts)
    if bound < _EXACT:  # every partial sum is below it, too
        return np.bincount(codes, amounts, count).astype(np.int64)
    if amounts.size > _ROWS:
        first, rest = slice(_ROWS), slice(_ROWS, None)
        parts = (
            sum_by(codes[first], amounts[first], count),
            sum_by(codes[rest], amounts[rest], count),
        )
        return _joined(*parts, bound=bound)
    whole: NDArray[np.int64] = amounts.astype(np.int64, copy=False)
    low, high = sum_by(codes, whole & _LOW, count), sum_by(codes, whole >> _BITS, count)
    return _joined(low, high, bound=bound, factor=2**_BITS)


def total_of(amounts: NDArray[Any]) -> int:
    """Add up amounts of either sign, exactly."""
    if amounts.size and _bound(amounts) > _LARGEST:
        return int(sum_by(np.zeros(amounts.size, np.uint8), amounts, 1)[0])
    return int(amounts.sum(dtype=np.int64))


def _bound(amounts: NDArray[Any]) -> int:
    """Find what no sum of some of the amounts is beyond; most are too narrow to be looked at."""
    widest = amounts.size << amounts.dtype.itemsize * 8
    if amounts.dtype.kind in "iub" and widest < _EXACT:
        return widest
    return amounts.size * max(int(amounts.max()), -int(amounts.min()))


def _joined(one: NDArray[Any], other: NDArray[Any], *, bound: int, factor: int = 1) -> NDArray[Any]:
    if bound > _LARGEST:
        one, other = one.astype(object), other.astype(object)
    joined: NDArray[Any] = one + other * factor
    return joined
