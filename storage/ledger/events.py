"""What happened between two days: movements by kind and driver, added up for any scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from metrics.activity import CROSS_SELL, UNSTATED, Activity
from metrics.driver_columns import add_by_code, split_net
from metrics.exact_sums import sum_by
from metrics.movements import MovementKind
from metrics.rollup import Scope
from storage.columns.arrays import NONE, MonthMoves, Moves
from storage.columns.codec import Whole
from storage.columns.period import Bridge
from storage.columns.standings import Standings

Truth = NDArray[np.bool_]
_KINDS = tuple(MovementKind)
_UNCHANGED = _KINDS.index(MovementKind.UNCHANGED)
_FROM_OUTSIDE = (MovementKind.NEW, MovementKind.REACTIVATION)
_ALL = slice(None)
# What a gain or a loss of one product is, by what the account's whole day was.
_GAINS = np.array(
    [_KINDS.index(kind if kind in _FROM_OUTSIDE else MovementKind.EXPANSION) for kind in _KINDS]
)
_LOSSES = np.array(
    [
        _KINDS.index(kind if kind is MovementKind.CHURN else MovementKind.CONTRACTION)
        for kind in _KINDS
    ]
)
_GROWN, _SHRUNK, _LEFT = (
    _KINDS.index(kind)
    for kind in (MovementKind.EXPANSION, MovementKind.CONTRACTION, MovementKind.CHURN)
)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Changes in columns: the topmost account, the kind, the driver by its rank, the amount."""

    unit: Whole
    kind: Whole
    driver: Whole
    amount: Whole


class GrossMovements:
    """Moves in a period, those of one account and day taken together."""

    def __init__(self, standings: Standings, period: Bridge, drivers: Sequence[str]) -> None:
        self._standings, self._period = standings, period
        self._positions = standings.source.positions()
        names = (*drivers, UNSTATED)  # `NONE` is the last one's place, too
        self._names: list[str] = sorted({*names, CROSS_SELL})
        ranks = {name: rank for rank, name in enumerate(self._names)}
        self._ranks = np.array([ranks[name] for name in names], np.intp)

    def activity(self, scope: Scope = ()) -> Activity:
        """Add up the gross activity of a scope.

        An account counts where it is when the period opens; one without MRR then, where it is at
        the close.
        """
        rows = self._days
        if scope:
            inside = self._period.table.inside(scope)[self._sets][rows.unit]
            rows = _picked(rows, np.flatnonzero(inside))
        return self._activity(rows)

    def changes(self, scope: Scope = ()) -> Activity:
        """Split the expansion, contraction and churn of a scope's opening base by driver, exactly.

        What each account gained or lost from one end to the other is split over the drivers of
        its movements.
        """
        base, drivers = self._period.base(scope), len(self._names)
        place, driver, amount = split_net(*self._sums_in(base), drivers=drivers)
        return self._activity(_Rows(base[place], self._outcomes(base)[place], driver, amount))

    def changes_of(self, units: Whole) -> Mapping[int, Mapping[str, int]]:
        """Split what each of some accounts of an opening base gained or lost, exactly.

        The largest driver of each comes first.
        """
        split = split_net(*self._sums_in(units), drivers=len(self._names))
        found: dict[int, dict[str, int]] = {unit: {} for unit in units.tolist()}
        rows = zip(*(each.tolist() for each in split), strict=True)
        for place, driver, amount in sorted(rows, key=lambda row: -abs(row[2])):
            found[int(units[place])][self._names[driver]] = amount
        return found

    def _sums_in(self, base: Whole) -> tuple[Whole, Whole]:
        """Add up the changes in an opening base by account and driver, as `split_net` takes them.

        An account is its place in the base.
        """
        drivers = len(self._names)
        code, amount = add_by_code(*self._stated_in(base))
        if self._period.exchange is not None:
            return code, amount
        # Of most movements no driver is stated: theirs is the rest of what the two ends say.
        opening, closing = self._period.opening[base], self._period.closing[base]
        stated = sum_by(code // drivers, amount, base.size).astype(np.int64)
        rest = closing.astype(np.int64) - opening - stated
        left = np.flatnonzero(rest)
        code = np.append(code, left * drivers + self._ranks[NONE])
        order = np.argsort(code, kind="stable")  # two runs that are sorted: they are merged
        return code[order], np.append(amount, rest[left])[order]

    def _stated_in(self, base: Whole) -> tuple[Whole, Whole]:
        """Find the changes with a driver in an opening base; all where amounts are converted."""
        outside = base.size * len(self._names)
        first = np.full(self._period.opening.size, outside, np.intp)  # the first code of each unit
        first[base] = np.arange(0, outside, len(self._names))
        of_each = self._of_positions(first, outside)
        codes: list[Whole] = [np.zeros(0, np.intp)]
        amounts: list[Whole] = [np.zeros(0, np.int8)]
        is_rounded = self._period.exchange is not None  # movement by movement
        ends = self._period.start, self._period.end
        for _, moved in self._standings.months(*ends) if self._ranks.size > 1 or is_rounded else ():
            code = of_each.take(moved.position)
            rows = np.flatnonzero((code < outside) & (is_rounded | (moved.driver != NONE)))
            codes.append(code[rows] + self._ranks.take(moved.driver[rows]))
            amounts.append(self._worth(moved, rows))
        return np.concatenate(codes), np.concatenate(amounts)

    def _of_positions(self, of_units: Whole, other: int) -> Whole:
        """Find the code of each position: its account's, or that of positions of other products."""
        positions, root = self._positions, self._period.root
        found = (of_units if root is None else of_units[root]).take(positions.owner)
        if self._period.product is not None:
            found[positions.product != self._product] = other
        return found

    def _activity(self, rows: _Rows) -> Activity:
        drivers = len(self._names)
        sums = sum_by(rows.kind * drivers + rows.driver, rows.amount, len(_KINDS) * drivers)
        by_driver = {
            (_KINDS[place // drivers], self._names[place % drivers]): int(sums[place])
            for place in np.flatnonzero(sums).tolist()
        }
        by_kind = {
            kind: sum(sum_ for (of, _), sum_ in by_driver.items() if of is kind)
            for kind in _KINDS
            if any(of is kind for of, _ in by_driver)
        }
        return Activity(by_kind, dict(sorted(by_driver.items())))

    @cached_property
    def _days(self) -> _Rows:
        """The movements with the drivers of one account and day netted."""
        found = self._moved()
        if self._period.product is not None:
            return self._of_product(found)
        is_change = (found.kind != _UNCHANGED) & (found.amount != 0)
        found = found if is_change.all() else found.pick(np.flatnonzero(is_change))
        rows = self._rows(found)
        order, is_first = self._in_days(rows.unit, found)
        sizes = np.diff(np.append(np.flatnonzero(is_first), order.size))
        group = np.cumsum(is_first) - 1
        shared = np.repeat(sizes > 1, sizes)
        if not shared.any():
            return rows
        alone, together = order[~shared], order[shared]
        firsts = order[np.flatnonzero(is_first)]
        drivers = len(self._names)
        code = group[shared] * drivers + rows.driver[together]
        sums = add_by_code(code, rows.amount[together])
        number, driver, amount = split_net(*sums, drivers=drivers)
        own = firsts[number]
        return _Rows(
            np.append(rows.unit[alone], rows.unit[own]),
            np.append(rows.kind[alone], rows.kind[own]),
            np.append(rows.driver[alone], driver),
            np.append(rows.amount[alone], amount),
        )

    def _in_days(self, unit: Whole, found: Moves) -> tuple[Whole, Truth]:
        """Order movements so that those of one account and day are neighbours; mark the first."""
        currency = self._positions.currency
        if self._period.root is None and (currency == currency[:1]).all():
            return np.arange(unit.size), _firsts(unit, found.day)  # as they are stored
        return _groups(unit, found.day, found.kind, currency[found.position])

    def _moved(self) -> Moves:
        found = self._standings.movements(self._period.start, self._period.end)
        if self._period.product is None:
            return found
        product = self._positions.product[found.position]
        return found.pick(np.flatnonzero(product == self._product))

    @property
    def _product(self) -> int | None:
        return NONE if self._period.is_without_product else self._period.product

    def _of_product(self, found: Moves) -> _Rows:
        """Net one product's movements of each account and day, and name what they were."""
        rows = self._rows(found)
        order, is_first = _groups(rows.unit, found.day, rows.kind)
        firsts = order[np.flatnonzero(is_first)]
        group = np.cumsum(is_first) - 1
        net = sum_by(group, rows.amount[order], firsts.size)
        is_gain = net[group] > 0
        kind = np.where(is_gain, _GAINS[rows.kind[order]], _LOSSES[rows.kind[order]])
        unit, had = rows.unit[firsts], np.cumsum(net) - net
        begins = np.append(True, unit[1:] != unit[:-1])[: unit.size]
        had += (
            self._period.opening[unit]
            - had[np.maximum.accumulate(np.where(begins, np.arange(unit.size), 0))]
        )
        drivers = len(self._names)
        code = group * drivers + rows.driver[order]
        sums = add_by_code(code, rows.amount[order])
        number, driver, amount = split_net(*sums, drivers=drivers)
        is_sold = (had[number] == 0) & (amount > 0) & (driver == self._ranks[NONE])
        return _Rows(
            unit[number],
            kind[np.flatnonzero(is_first)][number],
            np.where(is_sold & self._in_base[unit[number]], self._cross_sell, driver),
            amount,
        )

    def _rows(self, found: Moves) -> _Rows:
        return _Rows(
            unit=self._units(found).astype(np.int64),
            kind=found.kind.astype(np.int64),
            driver=self._ranks.take(found.driver),
            amount=self._worth(found),
        )

    def _units(self, found: Moves) -> Whole:
        account, root = self._positions.account[found.position], self._period.root
        return account if root is None else root[account]

    def _worth(self, found: Moves | MonthMoves, rows: Whole | slice = _ALL) -> Whole:
        amounts, exchange = found.amount[rows], self._period.exchange
        if exchange is None:
            return amounts
        currency = self._positions.currency[found.position[rows]]
        return exchange.converted(amounts, currency, self._period.start)

    @cached_property
    def _in_base(self) -> Whole:
        in_base: Whole = (self._period.whole or self._period).opening != 0
        return in_base

    @property
    def _cross_sell(self) -> int:
        return self._names.index(CROSS_SELL)

    def _outcomes(self, base: Whole) -> Whole:
        """Find the kind of each account's change in an opening base."""
        opening, closing = self._period.opening[base], self._period.closing[base]
        is_lost = np.where(closing == 0, _LEFT, _SHRUNK)
        kinds: Whole = np.where(closing >= opening, _GROWN, is_lost)
        kinds[np.isin(base, self._period.staying)] = _SHRUNK
        return kinds

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


def _picked(rows: _Rows, some: Whole) -> _Rows:
    return _Rows(rows.unit[some], rows.kind[some], rows.driver[some], rows.amount[some])


def _groups(*keys: Whole) -> tuple[Whole, Truth]:
    """Put rows with the same keys together: their order, and where the next group begins.

    Kinds are among the keys: accounts that are put together in the period had days of their own.
    """
    order = np.lexsort(keys[::-1])
    return order, _firsts(*(key[order] for key in keys))


def _firsts(*columns: Whole) -> Truth:
    """Mark the rows that are not like the one before them."""
    differs = np.zeros(max(columns[0].size - 1, 0), np.bool_)
    for column in columns:
        differs |= column[1:] != column[:-1]
    return np.append(True, differs)[: columns[0].size]
