"""Periods of a ledger: sums that are proved, retention, activity, and what the words mean."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

from metrics.activity import Activity
from metrics.errors import ReconciliationError
from metrics.pauses import LapsedPauses
from metrics.rates import MissingRateError
from metrics.retention import OutsideCohort, Retention, reconcile, switched
from metrics.rollup import Attributes, Scope
from metrics.segments import PRODUCT, derived_values
from storage.columns.dimension_values import values_by_dimension
from storage.ledger.state import read_products
from storage.ledger.totals import LedgerTotals, without_zeros

if TYPE_CHECKING:  # the types alone: numpy is slow to load
    from metrics.migration import Migration
    from metrics.period_sums import PeriodSums
    from metrics.windows_together import RolledUp

_WIDE = 2**62  # of windows that are larger, the sums could need more than 64 bits
Ends = tuple[date, date]
_AtEnds = tuple[Mapping[str, int], Mapping[str, int]]
"""All MRR at the two ends of a period by currency, in minor units."""


class LedgerPeriods(LedgerTotals):
    """Figures of periods, for the whole, a scope, or each value of a dimension."""

    @cached_property
    def _sums(self) -> dict[tuple[date, date], "PeriodSums"]:
        return {}

    @cached_property
    def _by_product(self) -> dict[tuple[date, date], "PeriodSums"]:
        return {}

    def vocabulary(self) -> dict[str, tuple[str, ...]]:
        """Return every dimension, stored, derived and of movements, with the values that occur."""
        products = read_products(self._session)
        return (
            values_by_dimension(self._session)
            | ({PRODUCT: products} if products else {})
            | derived_values(self._tiers)
        )

    def combinations(self) -> tuple[Attributes, ...]:
        """Return every combination of dimension values that accounts have, or had."""
        return self._reading.combinations()

    def retention(self, start: date, end: date, scope: Scope = ()) -> Retention:
        """Return the retention of one scope's opening base over ``[start, end)``."""
        return self._recall(
            start, end, ("retention", scope), lambda: self._of(start, end, scope).retention(scope)
        )

    def missing_rate(self, start: date, end: date, scope: Scope = ()) -> MissingRateError | None:
        """Find the exchange rate without which a scope's retention cannot be measured."""
        try:
            self.retention(start, end, scope)
        except MissingRateError as error:
            return error
        return None

    def outside_cohort(self, start: date, end: date, scope: Scope = ()) -> OutsideCohort:
        """Return the MRR at the close of the new and returning accounts of one scope."""
        return self._recall(
            start,
            end,
            ("outside", scope),
            lambda: self._of(start, end, scope).outside_cohort(scope),
        )

    def fx(self, start: date, end: date, scope: Scope = ()) -> int | None:
        """Measure what a scope's MRR at the close gains by the exchange rates of that day.

        In minor units; None where no amount is converted. It feeds no ratio.
        """
        if not self.converts:
            return None
        return self._recall(
            start, end, ("fx", scope), lambda: self._of(start, end, scope).fx(scope)
        )

    def payers_by_currency(self, start: date, end: date, scope: Scope) -> list[int]:
        """Count the accounts of a scope that pay in each currency at the close."""
        return self._reading.between(start, end).payers_by_currency(scope)

    def by(
        self, dimension: str, start: date, end: date, scope: Scope = ()
    ) -> Mapping[str, Retention]:
        """Return the retention per value of a dimension, the largest opening base first.

        Products are classified each by itself: see `metrics.product_sums.product_sums`.
        """
        return self._recall(
            start,
            end,
            ("by", dimension, scope),
            lambda: self._of(start, end, scope, dimension).by(dimension, scope),
        )

    def accounts(self, start: date, end: date) -> dict[frozenset[tuple[str, str]], tuple[int, int]]:
        """Count the accounts of each combination: in the opening base, and paying outside it.

        Where there are products, a combination has all of those that its accounts pay for; with
        usage also at which end they have any.
        """
        if self._basis.with_usage or read_products(self._session):
            return self._reading.holders(start, end)
        return self.sums(start, end).accounts()

    def sums(self, start: date, end: date) -> "PeriodSums":
        """Return the company's sums over ``[start, end)``, checked to reconcile.

        Raises
        ------
        ReconciliationError
            If balances do not come to the control totals, at either end.
        """
        if (start, end) not in self._sums:
            ends = self.totals_at(start), self.totals_at(end)
            sums = self._reading.sums(start, end, closing_total=sum(ends[1].values()))
            sums.check()  # at the close; the opening is checked here
            found = self._in_currency(sums.retention().opening, sums.closing_total)
            if self.converts:
                found = self._reading.raw_totals(start, end)
            self._compare(ends, found)
            self._sums[start, end] = sums
        return self._sums[start, end]

    def windows(
        self, ends: Collection[Ends], scope: Scope, dimension: str | None
    ) -> "list[RolledUp]":
        """Return the retention of several periods: the company's, a scope's, and that by value.

        Without a dimension there are no values.

        Raises
        ------
        ReconciliationError
            As `sums` does.
        """
        key = "window", scope, dimension
        new = dict(self._together([pair for pair in ends if not self._knows(*pair, key)], *key[1:]))

        def window(pair: Ends) -> "RolledUp":
            return new.get(pair) or self._alone(pair, scope, dimension)

        return [self._recall(*pair, key, partial(window, pair)) for pair in ends]

    def _together(
        self, ends: Collection[Ends], scope: Scope, dimension: str | None
    ) -> "Iterator[tuple[Ends, RolledUp]]":
        """Roll up those in one pass whose sums are stored; others are read ahead."""
        if self._basis.with_usage or self.converts or PRODUCT in {dimension, *dict(scope)}:
            self.read_ahead(ends)
            return
        for pair, found in self._reading.rolled_up(ends, scope, dimension):
            totals = self.totals_at(pair[0]), self.totals_at(pair[1])
            closing = sum(totals[1].values())
            if max(closing, sum(totals[0].values())) < _WIDE:  # its arrays hold 64 bits
                reconcile(found.company, found.outside, closing_total=closing)
                self._compare(totals, self._in_currency(found.company.opening, closing))
                yield pair, found

    def _alone(self, pair: Ends, scope: Scope, dimension: str | None) -> "RolledUp":
        from metrics.windows_together import RolledUp  # noqa: PLC0415 - numpy is slow to load

        company = self.retention(*pair)
        return RolledUp(
            company=company,
            outside=self.outside_cohort(*pair),
            scope=self.retention(*pair, scope) if scope else company,
            values={} if dimension is None else self.by(dimension, *pair, scope),
        )

    def _compare(self, totals: "_AtEnds", found: "_AtEnds") -> None:
        if tuple(map(without_zeros, found)) != totals:
            raise ReconciliationError

    def _in_currency(self, opening: int, closing: int) -> "_AtEnds":
        return {self.currency: opening}, {self.currency: closing}

    def _of(
        self, start: date, end: date, scope: Scope, dimension: str | None = None
    ) -> "PeriodSums":
        whole = self.sums(start, end)
        if dimension != PRODUCT and PRODUCT not in dict(scope):
            return whole
        if (start, end) not in self._by_product:
            rows = self._reading.product_sums(start, end)
            rows.check()
            switched(rows.by(PRODUCT), whole.retention())  # raises unless they come to the whole
            self._by_product[start, end] = rows
        return self._by_product[start, end]

    def activity(self, start: date, end: date, scope: Scope = ()) -> Activity:
        """Return the gross activity in ``[start, end)`` of the accounts in a scope.

        An account counts where it is when the period opens; one without MRR then, where it is
        at the close.
        """
        work = partial(self._reading.activity, start, end, scope)
        return self._recall(start, end, ("activity", scope), work)

    def changes_by_driver(self, start: date, end: date, scope: Scope = ()) -> Activity:
        """Return the expansion, contraction and churn of a scope's opening base by driver.

        What each account gained or lost from one end to the other is split over the drivers of
        its movements, exactly.
        """
        work = partial(self._reading.changes_by_driver, start, end, scope)
        return self._recall(start, end, ("drivers", scope), work)

    def most_by_driver(self, start: date, end: date, scope: Scope, driver: str) -> tuple[int, int]:
        """Bound what a driver brought and cost a scope's opening base, without splitting it.

        Both are positive; `changes_by_driver` finds no more of either.
        """
        work = partial(self._reading.most_by_driver, start, end, scope, driver)
        return self._recall(start, end, ("most", driver, scope), work)

    def migration(self, dimension: str, start: date, end: date, scope: Scope = ()) -> "Migration":
        """Count the moves of a scope's accounts between the values of a dimension.

        Raises
        ------
        ReconciliationError
            If they do not come to the scope's retention and to what it has gained beside it.
        """
        found = self._reading.migration(start, end, dimension, scope)
        arrived = self.outside_cohort(start, end, scope).total
        found.check(self.retention(start, end, scope), arrived=arrived)
        return found

    def read_ahead(self, ends: Collection[Ends]) -> None:
        """Read the sums of several windows together."""
        self._reading.read_ahead(ends)

    def lapsed_pauses(self, start: date, end: date, scope: Scope = ()) -> LapsedPauses:
        """Return the pauses in ``[start, end)`` that have become too long to be contraction.

        Their accounts pay at neither end: they count where they stood when the period opened, by
        stored attributes alone.
        """
        work = partial(self._reading.lapsed_pauses, start, end, scope)
        return self._recall(start, end, ("lapsed", scope), work)
