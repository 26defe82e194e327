"""Movements of accounts that paid already, by whether they say what they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import numpy as np

from metrics.drivers import find_driver
from metrics.exact_sums import sum_by
from metrics.movements import KINDS, MovementKind
from metrics.period_grammar import shift_months
from storage.columns.arrays import NONE
from storage.columns.codec import Whole
from storage.columns.exchange import Exchange
from storage.columns.reading import ColumnReader

MONTHS = 12
_WITHOUT_REASON = (MovementKind.NEW, MovementKind.UNCHANGED)
"""Kinds that need no driver: a customer that comes, and what was taken back."""


@dataclass(frozen=True, slots=True)
class DriverCoverage:
    """Money moved by accounts that paid before, in minor units of one currency, without signs.

    ``unknown`` are drivers that nrrbot knows no meaning of, the largest first.
    """

    total: int = 0
    without: int = 0
    unknown: Mapping[str, int] = field(default_factory=dict)

    @property
    def without_share(self) -> Fraction:
        """Share of what names no driver; 0 where nothing moved."""
        return self._share(self.without)

    @property
    def unknown_share(self) -> Fraction:
        """Share of what names a driver without a known meaning."""
        return self._share(sum(self.unknown.values()))

    def _share(self, minor: int) -> Fraction:
        return Fraction(minor, self.total) if self.total else Fraction(0)


def read_drivers(
    columns: ColumnReader, names: Sequence[str], *, end: date, exchange: Exchange | None
) -> DriverCoverage:
    """Add up the last twelve months before a day by driver.

    Parameters
    ----------
    names : sequence of str
        Drivers by their numbers.
    exchange : Exchange, optional
        Converts what moved, at the rates of ``end``; None in a ledger of one currency.
    """
    last = end.replace(day=1) if end.day > 1 else shift_months(end, -1)
    money = np.zeros(len(names) + 1, object)
    for back in range(MONTHS):
        money = money + _of_month(
            columns, shift_months(last, -back), count=len(names), exchange=exchange, end=end
        )
    moved = {name: int(minor) for name, minor in zip(names, money, strict=False) if minor}
    strange = {name: minor for name, minor in moved.items() if find_driver(name) is None}
    return DriverCoverage(
        total=int(money.sum()),
        without=int(money[-1]),
        unknown=dict(sorted(strange.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def _of_month(
    columns: ColumnReader, month: date, *, count: int, exchange: Exchange | None, end: date
) -> Whole:
    found, currencies = np.zeros(count + 1, np.int64), columns.positions().currency
    passed = [KINDS.index(kind) for kind in _WITHOUT_REASON]
    for moves in columns.moves(month):
        rows = np.flatnonzero(~np.isin(moves.kind, passed))
        driver = np.where(moves.driver[rows] == NONE, count, moves.driver[rows]).astype(np.intp)
        amount = np.abs(moves.amount[rows].astype(np.int64))
        if exchange is not None:
            currency = currencies[moves.position[rows].astype(np.intp)]
            amount = exchange.converted_where_known(amount, currency, end)
        found = found + sum_by(driver, amount, count + 1)
    return found
