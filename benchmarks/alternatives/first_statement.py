"""The first version's own way: a table of balances at month starts, added up by SQL.

The table is made in the store that is measured, of its columns, and holds the two months that are
asked about alone, which favours it. What the statement gives is rolled up as it was then.
"""

from benchmarks.figures import Figures, Span, by_segment, of_ledger
from metrics.period_sums import PeriodSums
from storage.columns.combinations import read_attribute_sets
from storage.store.engine import Store
from storage.warehouse.periods import balance_sums
from storage.warehouse.publishing import put_month_balances
from storage.warehouse.tables import MonthBalance


class FirstStatement:
    """Balances of a store at both ends of a period."""

    def __init__(self, store: Store, span: Span) -> None:
        self._store = store
        MonthBalance.metadata.create_all(store.engine)
        with store.write() as session:
            put_month_balances(session, [span.start, span.end])

    def ask(self, span: Span) -> Figures:
        """Return each segment's eight figures."""
        with self._store.read() as session:
            found = balance_sums(session, span.start, span.end)
            sets = read_attribute_sets(session)
        parts = ((sets[number], tuple(sums)) for number, sums in found.items())
        return of_ledger([by_segment(PeriodSums.of(parts, closing_total=0))])[0]
