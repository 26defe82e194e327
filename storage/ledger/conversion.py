"""Which amounts of a ledger are converted, and from when on all of them can be."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import TypeVar

from metrics.period_grammar import ONE_DAY, shift_months
from storage.ledger.totals import LedgerTotals

T = TypeVar("T")


class LedgerConversion(LedgerTotals):
    """A ledger whose amounts may be in several currencies."""

    @cached_property
    def converts(self) -> bool:
        """Whether any amount is converted into the currency asked for.

        A currency of which all was taken back, or nothing was known yet, needs no rate.
        """
        if self.currency == self.state().currency and len(self.currencies()) == 1:
            return False  # the usual ledger, whose columns need not be looked at
        return self._reading.exchange is not None and bool(self._paid_in - {self.currency})

    def first_month(self) -> date | None:
        """Return the first day of the first month with a movement; None in an empty ledger.

        Where amounts are converted, every currency has a rate by then.
        """
        if self._basis.with_usage:  # usage alone does not tell where the data begins and ends
            return self._committed.first_month()
        first, exchange = min(self._months, default=None), None
        if first is not None and self.converts:
            exchange = self._reading.exchange
        if first is None or exchange is None:
            return first
        since = exchange.rates.complete_since({self.currency, *self._paid_in})
        if since is None:
            return None
        return max(first, shift_months(since - ONE_DAY, 1).replace(day=1))

    @property
    def _paid_in(self) -> frozenset[str]:
        """The currencies in which anybody pays on any day."""
        key = "paid in", self._basis.with_usage
        return self._memory.results.recall(self.generation, key, self._find_paid_in)

    def _find_paid_in(self) -> frozenset[str]:
        found = {currency for (_, currency), total in self._totals.items() if total}
        for month, currency in sorted(self._totals):
            if currency not in found and self._reading.has_paid_in(currency, month):
                found.add(currency)
        return frozenset(found)

    def _recall(
        self,
        start: date,
        end: date,
        key: tuple[object, ...],
        work: Callable[[], T],
        *,
        until: date | None = None,
    ) -> T:
        key = self._key(start, end, key)
        until = until or (end + ONE_DAY if self.converts else end)  # the last day's rate counts
        until = max(until, self._basis.placed_on or until)
        if self._basis.with_usage:  # that changes without a change of the columns
            until = date.max
        return self._memory.results.recall(self.generation, key, work, until=until)
