"""Control totals of a ledger, which prove its balances, and the days that it reaches."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cached_property, partial
from operator import itemgetter
from typing import TypeVar

from metrics.data_end import DataEnd, find_data_end
from metrics.period_grammar import ONE_DAY, shift_months
from storage.columns.control_totals import ledger_control_totals, read_control_totals
from storage.ledger.elsewhere import elsewhere, read_copy
from storage.ledger.moment import LedgerMoment

T = TypeVar("T")


class LedgerTotals(LedgerMoment):
    """All MRR by control totals, where the data begins and ends, and which amounts are converted.

    Totals come from the movements alone: a balance that is wrong cannot be wrong here in the same
    way.
    """

    def totals_at(self, day: date) -> Mapping[str, int]:
        """Add up all MRR on a day by currency, where there is any, in minor units."""
        if day not in self._totals_until:
            self._totals_until[day] = without_zeros(self._totals_before(day))
        return self._totals_until[day]

    def data_end(self, today: date) -> DataEnd:
        """Find the first day without data, as known at this moment of knowledge.

        Raises
        ------
        EmptyLedgerError
            If it holds no movement.
        """
        if self._basis.with_usage:
            return self._committed.data_end(today)
        if today not in self._data_ends:  # a past moment has no generation to remember it by
            self._data_ends[today] = self._memory.results.recall(
                self.generation, ("data end", today), lambda: self._data_end(today)
            )
        return self._data_ends[today]

    def _data_end(self, today: date) -> DataEnd:
        return find_data_end(
            today=today,
            base=self.state().declared.base,
            months=self._months,
            last_before=self._last_before,
        )

    def _last_before(self, day: date) -> date | None:
        copy = read_copy(self._session) if self._as_of is None else None
        copied = copy.last_movement_on if copy is not None else None
        if copied is not None and copied < day:
            return copied  # without the warehouse, which may be away
        return self._reading.last_before(day)

    def _totals_before(self, day: date) -> Mapping[str, int]:
        away = elsewhere(self._session)
        if away is not None and self._as_of is not None:
            return away.totals(self._session, day, self._as_of)
        month = day.replace(day=1)
        place = bisect_left(self._running, month, key=itemgetter(0))
        totals = self._running[place - 1][1] if place else {}
        if day == month:
            return totals
        moved = self._reading.moved(month, day)
        return {code: totals.get(code, 0) + moved.get(code, 0) for code in {**totals, **moved}}

    @cached_property
    def _running(self) -> list[tuple[date, Mapping[str, int]]]:
        """The months with a total in order, and all MRR at the end of each by currency."""
        ordered, totals = sorted(self._totals.items()), dict[str, int]()
        found = dict[date, Mapping[str, int]]()
        for (month, currency), amount in ordered:
            totals = found[month] = {**totals, currency: totals.get(currency, 0) + amount}
        return [*found.items()]

    @cached_property
    def _totals_until(self) -> dict[date, Mapping[str, int]]:
        return {}

    @cached_property
    def _data_ends(self) -> dict[date, DataEnd]:
        return {}

    @cached_property
    def _months(self) -> Collection[date]:
        if self._as_of is not None and elsewhere(self._session) is not None:
            return self._reading.months()  # the totals there are those of now
        net = Counter[date]()
        for (month, _), amount in self._totals.items():
            net[month] += abs(amount)
        # Of a month that comes to nothing, all can have been taken back.
        return {month for month in net if net[month] or self._reading.has_moved(month)}

    @cached_property
    def _totals(self) -> Mapping[tuple[date, str], int]:
        if self._basis.with_usage:
            totals = dict(self._committed._totals)  # noqa: SLF001 - itself without usage
            work = self._reading.usage_totals
            usage = self._memory.results.recall(self.generation, "usage totals", work)
            keys = {*totals, *usage}
            return {key: totals.get(key, 0) + usage.get(key, 0) for key in keys}
        work = partial(read_control_totals, self._session)
        totals = self._memory.results.recall(self.generation, "control totals", work)
        if self._as_of is None or elsewhere(self._session) is not None:
            return totals
        later = ledger_control_totals(self._session, after=self._as_of)
        return {key: totals.get(key, 0) - later.get(key, 0) for key in totals | later}

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


def without_zeros(totals: Mapping[str, int]) -> dict[str, int]:
    """Keep the currencies that there is any MRR of."""
    return {currency: total for currency, total in totals.items() if total}
