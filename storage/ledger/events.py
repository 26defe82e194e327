"""What happened between two days: movements by kind and driver, added up for any scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from metrics.activity import UNSTATED, Activity
from metrics.driver_columns import split_net
from metrics.exact_sums import sum_by
from metrics.movements import MovementKind
from metrics.period_columns import Outcome
from metrics.rollup import Scope
from storage.columns.arrays import Movements
from storage.columns.codec import Whole
from storage.columns.period import Period
from storage.columns.standings import Standings

_KINDS = tuple(MovementKind)
_UNCHANGED = _KINDS.index(MovementKind.UNCHANGED)
_OF_OUTCOME = {
    Outcome.LOST: MovementKind.CHURN,
    Outcome.CONTRACTED: MovementKind.CONTRACTION,
    Outcome.PAUSED: MovementKind.CONTRACTION,
    Outcome.KEPT: MovementKind.EXPANSION,
}


@dataclass(frozen=True, slots=True)
class _Rows:
    """Changes in columns: the topmost account, the kind, the driver by its rank, the amount."""

    unit: Whole
    kind: Whole
    driver: Whole
    amount: Whole


class Events:
    """Movements in a period, those of one account and day taken together."""

    def __init__(self, standings: Standings, period: Period, drivers: Sequence[str]) -> None:
        self._standings, self._period = standings, period
        self._positions = standings.source.positions()
        names = np.array([UNSTATED, *drivers], object)
        self._names: list[str] = sorted(names)
        ranks = {name: rank for rank, name in enumerate(self._names)}
        self._ranks = np.array([ranks[name] for name in names], np.int64)

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
        outcomes = self._outcomes(self._period.base(scope))
        rows = self._movements
        own = np.flatnonzero(outcomes[rows.unit] >= 0)
        unit, driver, amount = split_net(rows.unit[own], rows.driver[own], rows.amount[own])
        return self._activity(_Rows(unit, outcomes[unit], driver, amount))

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
    def _movements(self) -> _Rows:
        found = self._standings.movements(self._period.start, self._period.end)
        return self._rows(found)

    @cached_property
    def _days(self) -> _Rows:
        """The movements with the drivers of one account and day netted."""
        found = self._standings.movements(self._period.start, self._period.end)
        found = found.pick(np.flatnonzero((found.kind != _UNCHANGED) & (found.amount != 0)))
        rows = self._rows(found)
        currency = self._positions.currency[found.position]
        order, is_first = _groups(rows.unit, found.day, currency)
        sizes = np.diff(np.append(np.flatnonzero(is_first), order.size))
        group = np.cumsum(is_first) - 1
        shared = np.repeat(sizes > 1, sizes)
        if not shared.any():
            return rows
        alone, together = order[~shared], order[shared]
        firsts = order[np.flatnonzero(is_first)]
        number, driver, amount = split_net(
            group[shared], rows.driver[together], rows.amount[together]
        )
        own = firsts[number]
        return _Rows(
            np.append(rows.unit[alone], rows.unit[own]),
            np.append(rows.kind[alone], rows.kind[own]),
            np.append(rows.driver[alone], driver),
            np.append(rows.amount[alone], amount),
        )

    def _rows(self, found: Movements) -> _Rows:
        account = self._positions.account[found.position].astype(np.int64)
        root = self._period.root
        return _Rows(
            unit=account if root is None else root[account],
            kind=found.kind.astype(np.int64),
            driver=self._ranks[found.driver.astype(np.int64) + 1],
            amount=found.amount,
        )

    def _outcomes(self, base: Whole) -> Whole:
        """Find the kind of each account's change; -1 for those outside a base."""
        found = np.full(self._period.opening.size, -1, np.int64)
        places, outcomes = self._period.ends.outcomes()
        kinds = np.full(len(Outcome), -1, np.int64)
        for outcome, kind in _OF_OUTCOME.items():
            kinds[outcome] = _KINDS.index(kind)
        of_all = np.full(found.size, -1, np.int64)
        of_all[places] = kinds[outcomes]
        found[base] = of_all[base]
        return found

    @cached_property
    def _sets(self) -> Whole:
        """The attribute set that each account counts under."""
        period = self._period
        sets = np.where(period.opening != 0, period.opening_sets, period.closing_sets)
        # Accounts that pay at neither end have stored attributes alone: no tier, no tenure. Those
        # of one that has never paid itself are not among the stored places.
        units = np.unique(self._days.unit)
        away = units[(period.opening[units] == 0) & (period.closing[units] == 0)]
        return sets if not away.size else self._standings.with_stated(sets, away, period.end)


def _picked(rows: _Rows, some: Whole) -> _Rows:
    return _Rows(rows.unit[some], rows.kind[some], rows.driver[some], rows.amount[some])


def _groups(unit: Whole, day: Whole, currency: Whole) -> tuple[Whole, Whole]:
    order = np.lexsort((currency, day, unit))
    cells = (unit[order], day[order], currency[order])
    differs = np.any([column[1:] != column[:-1] for column in cells], axis=0)
    return order, np.append(True, differs)[: order.size]
