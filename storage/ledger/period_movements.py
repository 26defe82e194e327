"""A period's movements, ready to be added up: drivers in order, one currency, one product."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from metrics.activity import CROSS_SELL, UNSTATED, Activity
from metrics.exact_sums import sum_by
from metrics.movements import MovementKind
from storage.columns.arrays import NONE, MonthMoves, Moves
from storage.columns.codec import Whole
from storage.columns.period import Bridge
from storage.columns.standings import Standings

KINDS = tuple(MovementKind)
_ALL = slice(None)


@dataclass(frozen=True, slots=True)
class Rows:
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
    def _product(self) -> int | None:
        return NONE if self._period.is_without_product else self._period.product

    def _worth(self, found: Moves | MonthMoves, rows: Whole | slice = _ALL) -> Whole:
        amounts, exchange = found.amount[rows], self._period.exchange
        if exchange is None:
            return amounts
        currency = self._positions.currency[found.position[rows]]
        return exchange.converted(amounts, currency, self._period.start)
