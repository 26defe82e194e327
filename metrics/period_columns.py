"""One period's sums from the balances of all accounts at its two ends, in arrays."""

from collections.abc import Iterable
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
    """The fate of an account between the two ends of a period."""

    LOST = 0
    CONTRACTED = 1
    KEPT = 2  # or grown
    NEW = 3
    RETURNING = 4
    PAUSED = 5
    RESUMED = 6
    CROSS_SOLD = 7  # a product that an account of the opening base did not have
    ABSENT = 8  # it pays at neither end


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

    def sets(self) -> Whole:
        """Find the combination that each unit counts in: at the opening, if it pays then."""
        # Several times faster than to choose; a difference below zero comes back around.
        found: Whole = self.closing_sets + (self.opening_sets - self.closing_sets) * (
            self.opening != 0
        )
        return found

    def outcomes(self) -> NDArray[np.uint8]:
        """Find the `UnitOutcome` of each unit.

        Raises
        ------
        ReconciliationError
            If a balance is below zero: of a past moment, a loss can be known before its gain.
        """
        opening, closing = self.opening, self.closing
        if min(opening.min(initial=0), closing.min(initial=0)) < 0:
            raise ReconciliationError
        # Added up, a bit for each question: to choose row by row takes several times as long.
        stays, is_outside = closing != 0, opening == 0
        found: NDArray[np.uint8] = stays.astype(np.uint8)
        found += stays & (closing >= opening)
        found += (stays & is_outside) * np.uint8(UnitOutcome.NEW - UnitOutcome.KEPT)
        found += stays & is_outside & self.is_known
        found += (is_outside > stays) * np.uint8(UnitOutcome.ABSENT)
        found[self.paused] = UnitOutcome.PAUSED
        found[self.resumed] = UnitOutcome.RESUMED
        return found


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
    if ends.closing_then is None:
        return add_up_parts([ends], sets=sets)
    numbers = ends.sets()
    columns = outcome_sums(numbers, ends.outcomes(), (ends.opening, ends.closing), sets=sets)
    columns[_USUAL] = sum_by(numbers, ends.closing_then - ends.closing, sets)
    return np.stack(columns, axis=1)


def add_up_parts(parts: Iterable[TwoEnds], *, sets: int) -> NDArray[Any]:
    """Add up a period as `add_up` does, some of its units after the others: none is converted.

    Parameters
    ----------
    parts : iterable of TwoEnds
        Sums of amounts of all of them must be below 2**63 minor units, unless it is but one part.
    """
    found = [
        _by_outcome(ends.sets(), ends.outcomes(), (ends.opening, ends.closing), sets=sets)
        for ends in parts
    ]
    units, before, after = (sum(one[1:], one[0]) for one in zip(*found, strict=True))
    return np.stack(_columns(units, before, after)[:_USUAL], axis=1)


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
    return _columns(*_by_outcome(numbers, outcomes, amounts, sets=sets))


def _by_outcome(
    numbers: Whole,
    outcomes: NDArray[np.uint8],
    amounts: tuple[NDArray[Any], NDArray[Any]],
    *,
    sets: int,
) -> list[NDArray[Any]]:
    """Count units, and add up either amount, by `UnitOutcome` and combination."""
    kinds = len(UnitOutcome)
    key = np.multiply(numbers, kinds, dtype=np.intp)
    key += outcomes
    units = np.bincount(key, minlength=sets * kinds)
    sums = (sum_by(key, one, sets * kinds) for one in amounts)
    return [one.reshape(sets, kinds).T for one in (units, *sums)]


def _columns(units: NDArray[Any], before: NDArray[Any], after: NDArray[Any]) -> list[NDArray[Any]]:
    lost, contracted, kept, new, returning, paused, resumed, cross_sold, _ = UnitOutcome
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
        np.zeros_like(units[lost]),
        after[cross_sold],
    ]
