"""Months of many days at a time, as numbers: months since January 1970, days since its first."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.integer[Any]]


def months_of(days: Whole) -> Whole:
    """Find the month of each day.

    Examples
    --------
    >>> months_of(np.array([0, 30, 31, 365])).tolist()
    [0, 0, 1, 12]
    """
    months: Whole = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def first_days(months: Whole) -> Whole:
    """Find the first day of each month.

    Examples
    --------
    >>> first_days(np.array([0, 1, 12])).tolist()
    [0, 31, 365]
    """
    days: Whole = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days
