"""Movements between two days by kind and driver, added up for any scope."""

from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from metrics.activity import Activity
from metrics.driver_columns import add_by_code, split_net
from metrics.exact_sums import sum_by
from metrics.movements import KINDS, MovementKind
from metrics.rollup import Scope
from metrics.runs import begins
from storage.columns.arrays import NONE, Moves
from storage.columns.codec import Whole
from storage.ledger.period_movements import PeriodMovements, Rows

Truth = NDArray[np.bool_]
_UNCHANGED = KINDS.index(MovementKind.UNCHANGED)
_FROM_OUTSIDE = (MovementKind.NEW, MovementKind.REACTIVATION)
_OF_WHOLE_ACCOUNTS = (*_FROM_OUTSIDE, MovementKind.CHURN)
# Changes that are one where they meet on a day, in several currencies or under a parent since.
_OUTCOMES = np.array(
    [KINDS.index(kind if kind in _OF_WHOLE_ACCOUNTS else MovementKind.EXPANSION) for kind in KINDS]
)
# What a gain or a loss of one product or unit is, by what the account's whole day was.
_GAINS = np.array(
    [KINDS.index(kind if kind in _FROM_OUTSIDE else MovementKind.EXPANSION) for kind in KINDS]
)
_LOSSES = np.array(
    [
        KINDS.index(kind if kind is MovementKind.CHURN else MovementKind.CONTRACTION)
        for kind in KINDS
    ]
)


class GrossMovements(PeriodMovements):
    """Moves in a period, those of one account and day taken together."""

    def activity(self, scope: Scope = ()) -> Activity:
        """Add up the gross activity of a scope.

        An account counts where it is when the period opens; one without MRR then, where it is at
        the close.
        """
        rows = self._days
        if scope:
            inside = self._period.table.inside(scope)[self._sets][rows.unit]
            rows = rows.pick(np.flatnonzero(inside))
        return self._added(rows)

    @cached_property
    def _days(self) -> Rows:
        """The movements with the drivers of one account and day netted."""
        found = self._moved()
        if self._period.product is not None:
            return self._of_product(found)
        rows = self._netted(found)
        if self._period.root is None and self._period.exchange is None:
            return rows
        # The day's kind is that of another unit, where a parent changed since, or of amounts that
        # are not converted: what goes the other way by now has a kind of its own.
        kind = np.where(rows.amount > 0, _GAINS[rows.kind], _LOSSES[rows.kind])
        return replace(rows, kind=kind)

    def _netted(self, found: Moves) -> Rows:
        is_change = found.amount != 0
        if self._period.exchange is None:  # else it moves where its positions are rounded otherwise
            is_change &= found.kind != _UNCHANGED
        found = found if is_change.all() else found.pick(np.flatnonzero(is_change))
        rows = self._rows(found)
        order, is_first = self._in_days(rows.unit, found)
        is_shared = ~is_first
        is_shared[:-1] |= ~is_first[1:]
        if not is_shared.any():
            return rows
        alone, together = order[~is_shared], order[is_shared]
        drivers, is_first = len(self._names), is_first[is_shared]
        code = (np.cumsum(is_first) - 1) * drivers + rows.driver[together]
        sums = add_by_code(code, rows.amount[together])
        number, driver, amount = split_net(*sums, drivers=drivers)
        own = together[is_first][number]
        return Rows(
            np.append(rows.unit[alone], rows.unit[own]),
            np.append(rows.kind[alone], rows.kind[own]),
            np.append(rows.driver[alone], driver),
            np.append(rows.amount[alone], amount),
        )

    def _in_days(self, unit: Whole, found: Moves) -> tuple[Whole, Truth]:
        """Order movements so that those of one account and day are neighbours; mark the first."""
        currency = self._positions.currency
        if self._period.root is None and (currency == currency[:1]).all():
            return np.arange(unit.size), begins(unit, found.day)  # as they are stored
        return _groups(unit, found.day, _OUTCOMES[found.kind])

    def _moved(self) -> Moves:
        found = self._standings.movements(self._period.start, self._period.end)
        found = replace(found, amount=self._worth(found, self._held()))
        if self._period.product is None:
            return found
        product = self._positions.product[found.position]
        return found.pick(np.flatnonzero(product == self._product))

    def _of_product(self, found: Moves) -> Rows:
        """Net one product's movements of each account and day, and name what they were."""
        rows = self._rows(found)
        order, is_first = _groups(rows.unit, found.day, _OUTCOMES[rows.kind])
        firsts = order[np.flatnonzero(is_first)]
        group = np.cumsum(is_first) - 1
        net = sum_by(group, rows.amount[order], firsts.size)
        is_gain = net[group] > 0
        kind = np.where(is_gain, _GAINS[rows.kind[order]], _LOSSES[rows.kind[order]])
        unit, had = rows.unit[firsts], np.cumsum(net) - net
        had += (
            self._period.opening[unit]
            - had[np.maximum.accumulate(np.where(begins(unit), np.arange(unit.size), 0))]
        )
        drivers = len(self._names)
        code = group * drivers + rows.driver[order]
        sums = add_by_code(code, rows.amount[order])
        number, driver, amount = split_net(*sums, drivers=drivers)
        is_sold = (had[number] == 0) & (amount > 0) & (driver == self._ranks[NONE])
        return Rows(
            unit[number],
            kind[np.flatnonzero(is_first)][number],
            np.where(is_sold & self._in_base[unit[number]], self._cross_sell, driver),
            amount,
        )

    def _rows(self, found: Moves) -> Rows:
        return Rows(
            unit=self._units(found),
            kind=found.kind.astype(np.int64),
            driver=self._ranks.take(found.driver),
            amount=found.amount,
        )

    def _units(self, found: Moves) -> Whole:
        account, root = self._positions.owner.take(found.position), self._period.root
        return account if root is None else root[account]

    @cached_property
    def _in_base(self) -> Whole:
        in_base: Whole = (self._period.whole or self._period).opening != 0
        return in_base

    @cached_property
    def _sets(self) -> Whole:
        """The attribute set that each account counts under."""
        period = self._period.whole or self._period
        sets = period.counted_sets
        # Accounts that pay at neither end have stored attributes alone: no tier, no tenure. Those
        # of one that has never paid itself are not among the stored places.
        is_away = np.zeros(sets.size, np.bool_)
        is_away[self._days.unit] = True
        away = np.flatnonzero(is_away & (period.opening == 0) & (period.closing == 0))
        return sets if not away.size else self._standings.with_stated(sets, away, period.end)


def _groups(*keys: Whole) -> tuple[Whole, Truth]:
    """Put rows with the same keys together: their order, and where the next group begins.

    Kinds are among the keys: accounts that are put together in the period had days of their own.
    """
    order = np.lexsort(keys[::-1])
    return order, begins(*(key[order] for key in keys))
