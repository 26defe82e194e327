"""One period's sums from the balances of all accounts at its two ends, in arrays."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.errors import ReconciliationError
from metrics.exact_sums import sum_by
from metrics.tier_codes import Whole

_USUAL = 10  # cells of `metrics.period_sums.Sums` that every ledger has


def _nobody() -> Whole:
    return np.zeros(0, np.int64)


class UnitOutcome(IntEnum):
    """What became of an account between the two ends of a period."""

    LOST = 0
    CONTRACTED = 1
    KEPT = 2  # or grown
    NEW = 3
    RETURNING = 4
    PAUSED = 5
    RESUMED = 6
    CROSS_SOLD = 7  # a product that an account of the opening base did not have


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
    closing_then : array of whole numbers, optional
        ``closing`` at the exchange rates of the close, where any amount is converted.
    """

    opening: NDArray[Any]
    closing: NDArray[Any]
    opening_sets: NDArray[Any]
    closing_sets: NDArray[Any]
    is_known: NDArray[np.bool_]
    paused: NDArray[Any] = field(default_factory=_nobody)
    resumed: NDArray[Any] = field(default_factory=_nobody)
    closing_then: NDArray[Any] | None = None

    def sets_of(self, places: Whole) -> Whole:
        """Find the combinations that units count in: at the opening, if they pay then."""
        every = np.where(self.opening != 0, self.opening_sets, self.closing_sets)
        found: Whole = every[places]
        return found

    def outcomes(self) -> tuple[Whole, NDArray[np.uint8]]:
        """Find the places of the units that pay at either end, and the `UnitOutcome` of each.

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
        found[outside] = UnitOutcome.NEW + self.is_known[places[outside]]
        found[np.searchsorted(places, self.paused)] = UnitOutcome.PAUSED
        found[np.searchsorted(places, self.resumed)] = UnitOutcome.RESUMED
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
    array, shape (sets, 10), or (sets, 12) where amounts are converted
        `metrics.period_sums.Sums` of each combination.
    """
    places, outcomes = ends.outcomes()
    columns = outcome_sums(
        ends.sets_of(places), outcomes, (ends.opening[places], ends.closing[places]), sets=sets
    )
    if ends.closing_then is None:
        return np.stack(columns[:_USUAL], axis=1)
    gain = ends.closing_then - ends.closing
    moved = np.flatnonzero(gain)
    columns[_USUAL] = sum_by(ends.sets_of(moved), gain[moved], sets)
    return np.stack(columns, axis=1)


def outcome_sums(
    numbers: Whole,
    outcomes: NDArray[np.uint8],
    amounts: tuple[NDArray[Any], NDArray[Any]],
    *,
    sets: int,
) -> list[NDArray[Any]]:
    """Add up the cells of `metrics.period_sums.Sums`, a column each.

    Parameters
    ----------
    numbers, outcomes : arrays
        The combination of each unit, and what became of it.
    amounts : pair of arrays of whole numbers
        Its MRR at the opening and at the close, in minor units.
    """
    kinds = len(UnitOutcome)
    key = numbers.astype(np.int64) * kinds + outcomes
    shape = sets, kinds
    units = np.bincount(key, minlength=sets * kinds).reshape(shape).T
    before, after = (sum_by(key, one, sets * kinds).reshape(shape).T for one in amounts)
    lost, contracted, kept, new, returning, paused, resumed, cross_sold = UnitOutcome
    retained = units[contracted] + units[kept] + units[paused]
    return [
        units[lost] + retained,
        retained,
        before.sum(axis=0),
        after[kept] - before[kept] + after[cross_sold],
        before[contracted] - after[contracted] + before[paused],
        before[lost],
        after[new],
        after[returning],
        after[resumed],
        units[new] + units[returning] + units[resumed],
        np.zeros(sets, np.int64),
        after[cross_sold],
    ]
