"""A period's movements, ready to be added up: drivers in order, one currency, one product."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.activity import CROSS_SELL, UNSTATED, Activity
from metrics.exact_sums import sum_by
from metrics.movements import KINDS
from metrics.runs import begins
from storage.columns.arrays import NONE, Columns, MonthMoves, Moves
from storage.columns.codec import Whole
from storage.columns.period import Bridge
from storage.columns.standings import Standings


@dataclass(frozen=True, slots=True)
class Rows(Columns):
    """Changes in columns: the topmost account, the kind, the driver by its rank, the amount."""

    unit: Whole
    kind: Whole
    driver: Whole
    amount: Whole


class PeriodMovements:
    """Movements of a period, and the drivers that they may have."""

    def __init__(self, standings: Standings, period: Bridge, drivers: Sequence[str]) -> None:
        self._standings, self._period = standings, period
        self._positions = standings.source.positions()
        self._drivers = tuple(drivers)
        names = (*drivers, UNSTATED)  # `NONE` is the last one's place, too
        self._names: list[str] = sorted({*names, CROSS_SELL})
        ranks = {name: rank for rank, name in enumerate(self._names)}
        self._ranks = np.array([ranks[name] for name in names], np.intp)

    def _added(self, rows: Rows) -> Activity:
        drivers = len(self._names)
        sums = sum_by(rows.kind * drivers + rows.driver, rows.amount, len(KINDS) * drivers)
        by_driver = {
            (KINDS[place // drivers], self._names[place % drivers]): int(sums[place])
            for place in np.flatnonzero(sums).tolist()
        }
        by_kind = {
            kind: sum(sum_ for (of, _), sum_ in by_driver.items() if of is kind)
            for kind in KINDS
            if any(of is kind for of, _ in by_driver)
        }
        return Activity(by_kind, dict(sorted(by_driver.items())))

    @property
    def _cross_sell(self) -> int:
        return self._names.index(CROSS_SELL)

    @property
    def _product(self) -> int | None:
        return NONE if self._period.is_without_product else self._period.product

    def _held(self) -> Whole | None:
        """Copy what each position pays when the period opens; None where none is converted."""
        if self._period.exchange is None:
            return None
        return self._standings.amounts(self._period.start).astype(np.int64)

    def _worth(self, found: Moves | MonthMoves, held: Whole | None) -> Whole:
        """Work out what movements change the worth of their positions by, one after the other.

        From one end to the other that is exactly what the two differ by: amounts that are converted
        each by itself are rounded each by itself.

        Parameters
        ----------
        held : array of int64, or None
            As `_held` finds it; afterwards, what each position pays behind them.
        """
        exchange = self._period.exchange
        if exchange is None or held is None:
            return found.amount
        order = np.argsort(found.position, kind="stable")
        position, amount = (each[order].astype(np.int64) for each in (found.position, found.amount))
        is_first = begins(position)
        run = np.cumsum(amount)  # may run over and back: each position's own part is right
        before = (held[position] - run + amount)[is_first]
        after = before[np.cumsum(is_first) - 1] + run
        held[position] = after  # of several the last counts
        currency, day = self._positions.currency[position], self._period.start
        worth = np.empty_like(amount)
        worth[order] = exchange.converted(after, currency, day)
        worth[order] -= exchange.converted(after - amount, currency, day)
        return worth
