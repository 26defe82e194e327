"""One period's sums from the balances of all accounts at its two ends, in arrays."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.errors import ReconciliationError
from metrics.exact_sums import sum_by
from metrics.tier_codes import Whole


def _nobody() -> Whole:
    return np.zeros(0, np.int64)


class Outcome(IntEnum):
    """What became of an account between the two ends of a period."""

    LOST = 0
    CONTRACTED = 1
    KEPT = 2  # or grown
    NEW = 3
    RETURNING = 4
    PAUSED = 5
    RESUMED = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoEnds:
    """Balances of all units at the two ends of a period, a cell each, in minor units.

    Attributes
    ----------
    opening, closing : arrays of whole numbers
        MRR; 0 for none.
    opening_sets, closing_sets : arrays of whole numbers
        Number of the combination of attributes at either end.
    is_known : array of bool
        Whether a unit has paid before the period, ever.
    paused, resumed : arrays of whole numbers
        Places of the units that have only paused at the close, or come back from that in time.
    """

    opening: NDArray[Any]
    closing: NDArray[Any]
    opening_sets: NDArray[Any]
    closing_sets: NDArray[Any]
    is_known: NDArray[np.bool_]
    paused: Whole = field(default_factory=_nobody)
    resumed: Whole = field(default_factory=_nobody)

    def outcomes(self) -> tuple[Whole, NDArray[np.uint8]]:
        """Find the places of the units that pay at either end, and the `Outcome` of each.

        Raises
        ------
        ReconciliationError
            If a balance is below zero: of a past moment, a loss can be known before its gain.
        """
        opening, closing = self.opening, self.closing
        if min(opening.min(initial=0), closing.min(initial=0)) < 0:
            raise ReconciliationError
        places = np.flatnonzero((opening != 0) | (closing != 0))
        before, after = opening[places], closing[places]
        pays = after != 0
        found = pays.astype(np.uint8)
        found += pays & (after >= before)
        outside = np.flatnonzero(before == 0)
        found[outside] = Outcome.NEW + self.is_known[places[outside]]
        found[np.searchsorted(places, self.paused)] = Outcome.PAUSED
        found[np.searchsorted(places, self.resumed)] = Outcome.RESUMED
        return places, found


def add_up(ends: TwoEnds, *, sets: int) -> NDArray[Any]:
    """Add up a period by combination of attributes.

    The opening base counts where it is when the period opens, others where they are at the close.

    Parameters
    ----------
    sets : int
        How many combinations there are.

    Returns
    -------
    array, shape (sets, 10)
        `metrics.period_sums.Sums` of each combination.
    """
    places, outcomes = ends.outcomes()
    number = ends.opening_sets[places]
    outside = np.flatnonzero(ends.opening[places] == 0)
    number[outside] = ends.closing_sets[places[outside]]
    kinds = len(Outcome)
    key = number.astype(np.int64) * kinds + outcomes
    shape = sets, kinds
    units = np.bincount(key, minlength=sets * kinds).reshape(shape).T
    before = sum_by(key, ends.opening[places], sets * kinds).reshape(shape).T
    after = sum_by(key, ends.closing[places], sets * kinds).reshape(shape).T
    lost, contracted, kept, new, returning, paused, resumed = Outcome
    retained = units[contracted] + units[kept] + units[paused]
    columns = (
        units[lost] + retained,
        retained,
        before.sum(axis=0),
        after[kept] - before[kept],
        before[contracted] - after[contracted] + before[paused],
        before[lost],
        after[new],
        after[returning],
        after[resumed],
        units[new] + units[returning] + units[resumed],
    )
    return np.stack(columns, axis=1)
