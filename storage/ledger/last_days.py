"""The last day on which anything of some movements is left."""

from collections.abc import Callable

import numpy as np

from metrics.exact_sums import sum_by
from storage.columns.arrays import Movements
from storage.columns.codec import Whole


def last_day(moved: Movements, is_left: Callable[[int, Whole], bool]) -> int | None:
    """Find the last day on which anything is left when reversals have taken rows back.

    Parameters
    ----------
    is_left : callable
        Tells of a day on which every position comes to nothing, and of its positions, whether a
        row of them was not taken back.
    """
    for day in np.unique(moved.day)[::-1].tolist():
        rows = moved.pick(np.flatnonzero(moved.day == day))
        positions, place = np.unique(rows.position, return_inverse=True)
        if sum_by(place, rows.amount, positions.size).any() or is_left(day, positions):
            return int(day)
    return None
