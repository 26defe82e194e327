"""Runs of equal rows in arrays that lie beside each other: where each begins, and where it ends."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def begins(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of each row whether it differs in a column from the one before it; the first does."""
    found = np.zeros(columns[0].size, np.bool_)
    found[:1] = True
    for column in columns:
        found[1:] |= column[1:] != column[:-1]
    return found


def ends(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of each row whether it differs in a column from the one behind it; the last does."""
    return np.roll(begins(*columns), -1)
