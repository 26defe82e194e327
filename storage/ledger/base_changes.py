"""Gains and losses of an opening base from one end of a period to the other, by driver."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from metrics.activity import Activity
from metrics.driver_columns import add_by_code, split_net
from metrics.exact_sums import sum_by, total_of
from metrics.movements import KINDS, MovementKind
from metrics.rollup import Scope
from storage.columns.arrays import NONE, MonthMoves
from storage.columns.codec import Whole
from storage.ledger.period_movements import PeriodMovements, Rows

_GROWN, _SHRUNK, _LEFT = (
    KINDS.index(kind)
    for kind in (MovementKind.EXPANSION, MovementKind.CONTRACTION, MovementKind.CHURN)
)


class BaseChanges(PeriodMovements):
    """Changes of the accounts that pay when a period opens."""

    _is_asked = False

    def activity(self, scope: Scope = ()) -> Activity:
        """Split the expansion, contraction and churn of a scope by driver, exactly.

        What each account gained or lost from one end to the other is split over the drivers of
        its movements.
        """
        if not scope:
            return self._added(self._rows)
        if not self._is_asked:  # most answers ask about one scope alone
            self._is_asked = True
            return self._added(self._split(self._period.measured(scope)))
        rows = self._rows
        some = np.flatnonzero(self._period.inside(scope).take(rows.unit))
        return self._added(rows.pick(some))

    def most_by_driver(self, driver: str, scope: Scope = ()) -> tuple[int, int]:
        """Bound what a driver brought and cost a scope's opening base by its own gains and losses.

        No split puts more of an account's net change down to a driver. Both are positive.
        """
        if driver not in self._most:
            self._most[driver] = self._most_of(driver)
        inside = self._period.opening_table.inside(scope)
        gained, lost = (total_of(sums[inside]) for sums in self._most[driver])
        return gained, lost

    @cached_property
    def _rows(self) -> Rows:
        """The split of all accounts: that of one rests on no other, so it serves every scope."""
        return self._split(self._period.measured())

    def _split(self, base: Whole) -> Rows:
        place, driver, amount = self._net_in(base)
        return Rows(base[place], self._outcomes(base)[place], driver, amount)

    def _net_in(self, base: Whole) -> tuple[Whole, Whole, Whole]:
        """Split what accounts gained or lost: each by its place in the base, driver and amount."""
        place, driver, amount = split_net(*self._sums_in(base), drivers=len(self._names))
        if self._period.product is None:
            return place, driver, amount
        is_sold = self._period.cross_sold[base[place]] & (driver == self._ranks[NONE])
        return place, np.where(is_sold, self._cross_sell, driver), amount

    @cached_property
    def _most(self) -> dict[str, tuple[Whole, Whole]]:
        return {}

    def _most_of(self, driver: str) -> tuple[Whole, Whole]:
        """Add up what a driver brought and cost an opening base by attribute set, both positive."""
        number, period = self._drivers.index(driver), self._period
        sets, units = np.full(period.opening.size, NONE, np.intp), period.measured()
        sets[units] = period.opening_sets[units]
        of_each = self._of_positions(sets)
        codes: list[Whole] = [np.zeros(0, np.intp)]
        amounts: list[Whole] = [np.zeros(0, np.int8)]
        for moved, worth in self._moved():
            rows = np.flatnonzero(moved.driver == number)
            code = of_each.take(moved.position.take(rows))
            is_inside = code != NONE
            codes.append(code[is_inside])
            amounts.append(worth[rows[is_inside]])
        code, amount = np.concatenate(codes), np.concatenate(amounts)
        gained, lost = np.maximum(amount, 0), np.maximum(-amount.astype(np.int64), 0)
        size = len(period.opening_table)
        return sum_by(code, gained, size), sum_by(code, lost, size)

    def of_each(self, units: Whole) -> Mapping[int, Mapping[str, int]]:
        """Split what each of some accounts of an opening base gained or lost, exactly.

        The largest driver of each comes first.
        """
        found: dict[int, Counter[str]] = {unit: Counter() for unit in units.tolist()}
        for place, driver, amount in zip(*map(np.ndarray.tolist, self._net_in(units)), strict=True):
            found[int(units[place])][self._names[driver]] += amount  # cross-selling can be twice
        return {
            unit: dict(sorted(own.items(), key=lambda item: -abs(item[1])))
            for unit, own in found.items()
        }

    def _sums_in(self, base: Whole) -> tuple[Whole, Whole]:
        """Add up the changes in an opening base by account and driver, as `split_net` takes them.

        An account is its place in the base.
        """
        drivers = len(self._names)
        first = np.full(self._period.opening.size, NONE, np.intp)  # the first code of each
        first[base] = np.arange(0, base.size * drivers, drivers)
        if self._ranks.size == 1 and self._period.exchange is None:  # the two ends say all
            net = self._period.closing[base].astype(np.int64) - self._period.opening[base]
            return first[base] + self._ranks[NONE], net
        codes: list[Whole] = [np.zeros(0, np.intp)]
        amounts: list[Whole] = [np.zeros(0, np.int8)]
        of_each = self._of_positions(first)
        for moved, worth in self._moved():
            code = of_each.take(moved.position)
            rows = np.flatnonzero(code != NONE)
            codes.append(code.take(rows) + self._ranks.take(moved.driver.take(rows)))
            amounts.append(worth[rows])
        return add_by_code(np.concatenate(codes), np.concatenate(amounts))

    def _moved(self) -> Iterator[tuple[MonthMoves, Whole]]:
        """Read the movements of the period with what each changes the worth of its position by."""
        held = self._held()
        for _, moved in self._standings.months(self._period.start, self._period.end):
            yield moved, self._worth(moved, held)

    def _of_positions(self, of_units: Whole) -> Whole:
        """Find the code of each position: its account's, or none where it has another product."""
        positions, root = self._positions, self._period.root
        found = (of_units if root is None else of_units[root]).take(positions.owner)
        if self._period.product is not None:
            found[positions.product != self._product] = NONE
        return found

    def _outcomes(self, base: Whole) -> Whole:
        """Find the kind of each account's change in an opening base."""
        opening, closing = self._period.opening[base], self._period.closing[base]
        is_lost = np.where(closing == 0, _LEFT, _SHRUNK)
        kinds: Whole = np.where(closing >= opening, _GROWN, is_lost)
        staying = self._period.staying
        if staying.size:
            kinds[np.isin(base, staying)] = _SHRUNK
        return kinds
