"""One reading of both series: nothing of it is stored, all of it is replayed."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property, partial

from metrics.drivers import KnownDriver
from metrics.scores import Truth
from metrics.small_groups import USES
from storage.columns.live import reversed_runs
from storage.columns.usage_rows import UsageRows, read_usage_rows
from storage.ledger.labels import LedgerLabels
from storage.ledger.reading import LedgerReading
from storage.ledger.replay import ReplayedColumns, known_rows
from storage.ledger.usage import LabelsWithUsage, movements_of, with_usage
from storage.store.column_types import moment_number


class UsageReading(LedgerReading):
    """Periods of committed MRR and usage together, at one moment of knowledge."""

    @property
    def _is_stored(self) -> bool:
        return False

    @cached_property
    def labels(self) -> LedgerLabels:
        """The texts that numbers stand for."""
        return LabelsWithUsage(self._session, self._memory.results, self._stored.generation)

    @cached_property
    def _replayed(self) -> tuple[ReplayedColumns, LedgerLabels]:
        generation = self._stored.generation if self._as_of is None else None
        replayed = self._memory.results.recall(generation, "replay with usage", self._replay)
        return replayed, self.labels

    def _replay(self) -> ReplayedColumns:
        driver = [*self.labels.drivers()].index(KnownDriver.USAGE)
        usage = movements_of(self._usage, driver=driver)
        if self._as_of is None:
            return with_usage(self._stored, self._stored.months(), usage, self._names)
        rows = known_rows(self._stored, moment_number(self._as_of))
        known = ReplayedColumns(rows, self._names)
        return with_usage(known, known.months, usage, self._names)

    @cached_property
    def _usage(self) -> UsageRows:
        """The rows that count at this moment."""
        read = partial(read_usage_rows, self._session)
        rows = self._memory.columns.recall(self._stored.generation, "usage rows", read)
        gone = reversed_runs(self._session, by=self._as_of)
        return rows.counting(gone, by=self._as_of)

    def _marks(self, start: date, end: date) -> dict[tuple[str, str], Truth]:
        """Mark the accounts that have usage when the period opens, and at its close."""
        own, committed = self.between(start, end), self._committed.between(start, end)
        opening, closing = own.opening != committed.opening, own.closing != committed.closing
        return dict(zip(USES, (opening, closing), strict=True))

    @cached_property
    def _committed(self) -> LedgerReading:
        return LedgerReading(
            self._session,
            self._memory,
            tiers=self._tiers,
            currency=self._currency,
            reporting=self._reporting,
            as_of=self._as_of,
            placed_on=self._placed_on,
        )

    def usage_totals(self) -> Mapping[tuple[date, str], int]:
        """Add up the usage of each month and currency by its rows alone."""
        return self._usage.totals(self.labels.currencies())

    def _is_built(self, day: date) -> bool:
        del day
        return False
