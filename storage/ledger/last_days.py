"""The last day on which anything of some movements is left."""

import numpy as np

from metrics.exact_sums import sum_by
from storage.columns.arrays import Movements

_LATEST = 2**62


def last_day(moved: Movements) -> int | None:
    """Find the last day on which anything is left when reversals have taken rows back.

    What a reversal takes back is recorded later than the row itself, to the same amount.
    """
    for day in np.unique(moved.day)[::-1].tolist():
        rows = moved.pick(np.flatnonzero(moved.day == day))
        keys, place = np.unique(
            rows.position.astype(np.int64) * 2**16 + rows.driver, return_inverse=True
        )
        net = sum_by(place, rows.amount, keys.size)
        first, last = np.full(keys.size, _LATEST), np.full(keys.size, -_LATEST)
        np.minimum.at(first, place, rows.recorded)
        np.maximum.at(last, place, rows.recorded)
        if bool(((net != 0) | (first == last)).any()):
            return int(day)
    return None
