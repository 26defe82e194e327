"""Accounts of a period by what became of them: which, how many, their sum, and a page of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from metrics.exact_sums import total_of
from metrics.moved import Moved
from metrics.period_columns import UnitOutcome
from metrics.product_sums import product_outcomes
from metrics.rollup import Scope
from storage.columns.codec import Whole
from storage.columns.period import Bridge
from storage.ledger.account_changes import AccountChange, MovedAccounts
from storage.ledger.base_changes import BaseChanges
from storage.ledger.labels import LedgerLabels

_OUTCOMES: Mapping[Moved, tuple[UnitOutcome, ...]] = {
    Moved.LOSSES: (UnitOutcome.LOST, UnitOutcome.CONTRACTED, UnitOutcome.PAUSED),
    Moved.CHURNED: (UnitOutcome.LOST,),
    Moved.CONTRACTED: (UnitOutcome.CONTRACTED, UnitOutcome.PAUSED),
    Moved.EXPANDED: (UnitOutcome.KEPT, UnitOutcome.CROSS_SOLD),
    Moved.NEW: (UnitOutcome.NEW,),
    Moved.RETURNED: (UnitOutcome.RETURNING,),
    Moved.RESUMED: (UnitOutcome.RESUMED,),
    Moved.PAUSED: (UnitOutcome.PAUSED,),
}
_OF_THE_BASE = tuple(
    outcome for moved in (Moved.LOSSES, Moved.EXPANDED) for outcome in _OUTCOMES[moved]
)
_NAMED = MappingProxyType(
    {outcome: moved for moved, outcomes in _OUTCOMES.items() for outcome in outcomes}
)


class AccountOutcomes:
    """Topmost accounts that pay at either end of a period, with what became of each.

    Their changes by outcome come to the terms of the same period's retention, to the minor unit.
    """

    def __init__(
        self, period: Bridge, labels: LedgerLabels, changes: BaseChanges, scope: Scope = ()
    ) -> None:
        self._period, self._labels, self._scope = period, labels, scope
        self._base_changes = changes

    def listed(self, moved: Moved | None, *, first: int, most: int) -> MovedAccounts:
        """List the accounts of an outcome, of any in the opening base where it is None.

        Parameters
        ----------
        first, most : int
            How many of them are passed over, and how many are read by name.
        """
        rows = self._rows_of(moved)
        change = self._change[rows]
        return MovedAccounts(
            count=rows.size,
            lost=-total_of(change[change < 0]),
            gained=total_of(change[change > 0]),
            listed=self._named(rows, change, first=first, most=most),
        )

    def largest(self, *, first: int, most: int) -> MovedAccounts:
        """List the accounts that pay at the close, the largest then first.

        What they gain is all that they pay: nothing of it is lost.
        """
        closing = self._period.closing[self._units]
        is_asked = closing != 0
        if self._scope:
            is_asked &= self._whole.table.inside(self._scope)[self._sets]
        rows = np.flatnonzero(is_asked)
        return MovedAccounts(
            count=rows.size,
            lost=0,
            gained=total_of(closing[rows]),
            listed=self._named(
                rows, closing[rows], first=first, most=most, of=lambda one: one.closing
            ),
        )

    def base(self) -> tuple[AccountChange, ...]:
        """List every account that comes to NRR by name, the largest first, equal ones by id."""
        rows = np.flatnonzero(np.isin(self._outcomes, _OF_THE_BASE))
        if self._scope:
            rows = rows[self._whole.table.inside(self._scope)[self._sets[rows]]]
        found = self._changes_of(rows)
        found.sort(key=lambda pair: (-pair[1].opening, pair[1].account_id))
        return self._explained(found)

    def _rows_of(self, moved: Moved | None) -> Whole:
        asked = _OF_THE_BASE if moved is None else _OUTCOMES[moved]
        is_asked = np.isin(self._outcomes, asked) & (self._change != 0)
        if self._scope:
            is_asked &= self._whole.table.inside(self._scope)[self._sets]
        return np.flatnonzero(is_asked)

    def _named(
        self,
        rows: Whole,
        change: Whole,
        *,
        first: int,
        most: int,
        of: Callable[[AccountChange], int] = lambda one: abs(one.change),
    ) -> tuple[AccountChange, ...]:
        """Read a page by name: of equal changes, or what ``of`` says, the first by id is first."""
        size = np.abs(change)
        ordered = np.argsort(-size, kind="stable")
        page = ordered[first : first + most]
        if not page.size:
            return ()
        last, largest = size[page[-1]], size[page[0]]
        near = self._changes_of(rows[ordered[(size[ordered] >= last) & (size[ordered] <= largest)]])
        passed = first - int(np.count_nonzero(size > largest))
        near.sort(key=lambda pair: (-of(pair[1]), pair[1].account_id))
        return self._explained(near[passed : passed + most])

    def _explained(self, page: list[tuple[int, AccountChange]]) -> tuple[AccountChange, ...]:
        units = np.array([unit for unit, _ in page], np.int64)  # of none they would be no numbers
        drivers = self._base_changes.of_each(units)
        return tuple(replace(one, drivers=drivers[unit]) for unit, one in page)

    def _changes_of(self, rows: Whole) -> list[tuple[int, AccountChange]]:
        units, opening, closing = self._units[rows], self._period.opening, self._period.closing
        columns = (units, opening[units], closing[units], self._outcomes[rows], self._sets[rows])
        cells = zip(*(one.tolist() for one in columns), strict=True)
        labels = self._labels.names(units.tolist())
        return [
            (
                unit,
                AccountChange(
                    account_id=label.account_id,
                    name=label.name,
                    opening=before,
                    closing=after,
                    attributes=self._whole.table[place],
                    is_paused=outcome == UnitOutcome.PAUSED,
                    moved=_NAMED[UnitOutcome(outcome)] if before != after else None,
                ),
            )
            for (unit, before, after, outcome, place), label in zip(cells, labels, strict=True)
        ]

    @property
    def _units(self) -> Whole:
        return self._found[0]

    @property
    def _outcomes(self) -> Whole:
        return self._found[1]

    @cached_property
    def _sets(self) -> Whole:
        sets: Whole = self._whole.counted_sets[self._units]
        return sets

    @cached_property
    def _change(self) -> Whole:
        units = self._units
        change: Whole = self._period.closing[units].astype(np.int64) - self._period.opening[units]
        return change

    @property
    def _whole(self) -> Bridge:
        return self._period.whole or self._period

    @cached_property
    def _found(self) -> tuple[Whole, Whole]:
        opening, closing = self._period.opening, self._period.closing
        held = np.flatnonzero((opening != 0) | (closing != 0))
        of_unit = self._whole.ends.outcomes()[held]
        if self._period.whole is None:
            return held, of_unit
        return held, product_outcomes(of_unit, opening[held], closing[held])
