"""Periods between any days, each worked out once: their sums, their movements, by product."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property

import numpy as np

from metrics.activity import Activity
from metrics.exact_sums import sum_by, total_of
from metrics.pauses import LapsedPauses
from metrics.period_grammar import shift_months
from metrics.period_sums import PeriodSums
from metrics.product_sums import product_sums
from metrics.rollup import Attributes, Scope
from metrics.segments import NO_VALUE, PRODUCT
from metrics.windows_together import RolledUp, roll_up
from storage.columns.period import Bridge
from storage.columns.plain_period import plain_sums
from storage.errors import BelowZeroThenError
from storage.ledger.base_changes import BaseChanges
from storage.ledger.columns import Ends, LedgerColumns
from storage.ledger.events import GrossMovements

_WIDE = 2**62  # MRR of a company whose sums could need more than 64 bits
_FIGURES = 10


class PeriodReading(LedgerColumns):
    """Periods of one ledger at one moment of knowledge."""

    @cached_property
    def _periods(self) -> dict[Ends, Bridge]:
        return {}

    @cached_property
    def _of_products(self) -> dict[tuple[date, date, str], Bridge]:
        return {}

    @cached_property
    def _changed(self) -> dict[tuple[date, date, str | None], BaseChanges]:
        return {}

    @cached_property
    def _happened(self) -> dict[tuple[date, date, str | None], GrossMovements]:
        return {}

    def between(self, start: date, end: date) -> Bridge:
        """Read the period ``[start, end)``.

        Raises
        ------
        BelowZeroThenError
            If by a past moment an account's loss was known before its gain.
        """
        if (start, end) not in self._periods:
            if self._as_of is not None:
                self._check_known(start, end)
            if self._is_stored:
                self._stored.read_amounts([*filter(self._is_built, (start, end))])
            self._periods[start, end] = Bridge(self.standings, start, end, exchange=self.exchange)
        return self._periods[start, end]

    def of_product(self, start: date, end: date, product: str | None) -> Bridge:
        """Read the period ``[start, end)`` of one product, of all together where it is None."""
        if product is None:
            return self.between(start, end)
        if (start, end, product) not in self._of_products:
            names = (*self.labels.products(), NO_VALUE)
            place = names.index(product) if product in names else len(names)
            period = self.between(start, end).of_product(place, count=len(names) - 1)
            self._of_products[start, end, product] = period
        return self._of_products[start, end, product]

    def sums(self, start: date, end: date, *, closing_total: int) -> PeriodSums:
        """Add up ``[start, end)`` by attributes.

        Parameters
        ----------
        closing_total : int
            All MRR at the close by the control totals.
        """
        window = self._window(start, end) if self.exchange is None else None
        if window is None:
            return self._plain_sums(start, end) or self.between(start, end).sums()
        cells = window.sums.astype(np.int64 if closing_total < _WIDE else object)
        sums = np.zeros((len(self._table), _FIGURES), cells.dtype)
        sums[window.attribute_set] = cells
        return PeriodSums(table=self._table, sums=sums, closing_total=closing_total)

    def rolled_up(
        self, ends: Collection[Ends], scope: Scope, dimension: str | None
    ) -> Iterator[tuple[Ends, RolledUp]]:
        """Roll up those windows together whose sums are stored."""
        self.read_ahead(ends)
        stored = {pair: found for pair in ends if (found := self._windows.get(pair)) is not None}
        if stored:
            rows = [(window.attribute_set, window.sums) for window in stored.values()]
            yield from zip(stored, roll_up(rows, self._table, scope, dimension), strict=True)

    def _plain_sums(self, start: date, end: date) -> PeriodSums | None:
        if not self._may_be_plain(start, end):
            return None
        return plain_sums(self._stored, start, end, table=self._table)

    def _may_be_plain(self, start: date, end: date) -> bool:
        if self._placed_on is not None or self.exchange is not None:
            return False
        is_built = self._is_stored and self._is_built(start) and self._is_built(end)
        return is_built and (start, end) not in self._periods

    def product_sums(self, start: date, end: date) -> PeriodSums:
        """Add up ``[start, end)`` by attributes and product."""
        period, products = self.between(start, end), self.labels.products()
        rows = period.products(count=len(products))
        return product_sums(period.ends, rows, table=period.table, names=(*products, NO_VALUE))

    def usage_totals(self) -> Mapping[tuple[date, str], int]:
        """Add up the usage that counts by month and currency: of committed MRR alone, none."""
        return {}

    def raw_totals(self, start: date, end: date) -> tuple[dict[str, int], dict[str, int]]:
        """Add up all balances at the two ends by currency, before any is converted."""
        codes = self.labels.currencies()
        opening, closing = (
            {codes[number]: total for number, total in totals.items()}
            for totals in self.between(start, end).raw_totals()
        )
        return opening, closing

    def moved(self, start: date, end: date) -> dict[str, int]:
        """Add up the movements in ``[start, end)`` by currency."""
        moved, codes = self.standings.movements(start, end), self.labels.currencies()
        currency = self.standings.source.positions().currency.take(moved.position)
        return dict(zip(codes, sum_by(currency, moved.amount, len(codes)).tolist(), strict=True))

    def has_paid_in(self, currency: str, month: date) -> bool:
        """Tell whether what came in a currency in a month was there on any day, and not taken back.

        Before and after that month nobody pays in it.
        """
        moved, codes = self.standings.movements(month, shift_months(month, 1)), self.labels
        own = self.standings.source.positions().currency.take(moved.position)
        rows = np.flatnonzero(own == codes.currencies().index(currency))
        days = np.unique(moved.day[rows], return_inverse=True)[1]
        return bool(sum_by(days, moved.amount[rows], rows.size).any())

    def combinations(self) -> tuple[Attributes, ...]:
        """List every combination of attributes that accounts have, or had, and of a product."""
        held = tuple(self._table[number] for number in range(len(self._table)))
        return (*held, *self._with_products()) if self.labels.products() else held

    def _with_products(self) -> Iterator[Attributes]:
        """Yield the products that accounts of each combination pay for at some month start."""
        positions, products = self._stored.positions(), (*self.labels.products(), NO_VALUE)
        pairs = set[tuple[int, int]]()
        for month in self._stored.months():
            paying = np.flatnonzero(self._stored.amounts(month))
            roots = self._stored.tree(month).roots(positions.account[paying].astype(np.int64))
            sets = self._stored.places(month)[roots].astype(np.int64)
            keys = np.unique(sets * len(products) + positions.product[paying] % len(products))
            pairs.update(divmod(key, len(products)) for key in keys.tolist())
        for number, product in sorted(pairs):
            yield {**self._table[number], PRODUCT: products[product]}

    def activity(self, start: date, end: date, scope: Scope) -> Activity:
        """Add up the gross activity of a scope in ``[start, end)``."""
        product, rest = product_of(scope)
        return self._events(start, end, product).activity(rest)

    def changes_by_driver(self, start: date, end: date, scope: Scope) -> Activity:
        """Split what a scope's opening base gained and lost in ``[start, end)`` by driver."""
        product, rest = product_of(scope)
        return self._base_changes(start, end, product).activity(rest)

    def most_by_driver(self, start: date, end: date, scope: Scope, driver: str) -> tuple[int, int]:
        """Bound what a driver brought and cost a scope's opening base in ``[start, end)``."""
        if driver not in self.labels.drivers():
            return 0, 0
        product, rest = product_of(scope)
        return self._base_changes(start, end, product).most_by_driver(driver, rest)

    def lapsed_pauses(self, start: date, end: date, scope: Scope) -> LapsedPauses:
        """Count the pauses of a scope that became too long in ``[start, end)``."""
        period = self.between(start, end)
        lapsed = period.lapsed()
        sets = self.standings.with_stated(period.opening_sets, lapsed.unit, start)
        inside = self.standings.table.inside(scope)[sets[lapsed.unit]]
        accounts = np.unique(lapsed.unit[inside]).size
        return LapsedPauses(accounts, total_of(lapsed.before[inside]))

    def _events(self, start: date, end: date, product: str | None) -> GrossMovements:
        key = start, end, product
        if key not in self._happened:
            period, drivers = self.of_product(*key), self.labels.drivers()
            self._read_moves(start, end)
            self._happened[key] = GrossMovements(self.standings, period, drivers)
        return self._happened[key]

    def _base_changes(self, start: date, end: date, product: str | None) -> BaseChanges:
        key = start, end, product
        if key not in self._changed:
            period, drivers = self.of_product(*key), self.labels.drivers()
            if drivers or self.exchange is not None:
                self._read_moves(start, end)
            self._changed[key] = BaseChanges(self.standings, period, drivers)
        return self._changed[key]

    def _check_known(self, *days: date) -> None:
        for day in days:
            below = np.flatnonzero(self.standings.amounts(day) < 0)
            if below.size:
                account = int(self.standings.source.positions().account[below[0]])
                raise BelowZeroThenError(self.labels.names([account])[0].account_id, day)


def product_of(scope: Scope) -> tuple[str | None, Scope]:
    """Part the product that a scope names from the attributes that accounts must have."""
    return dict(scope).get(PRODUCT), tuple(pair for pair in scope if pair[0] != PRODUCT)
