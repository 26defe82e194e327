"""One reading of both series: nothing of it is stored, all of it is replayed."""

from datetime import date
from functools import cached_property

from metrics.drivers import KnownDriver
from storage.ledger.labels import LedgerLabels
from storage.ledger.reading import LAST, LedgerReading
from storage.ledger.replay import ReplayedColumns, known_rows
from storage.ledger.usage import LabelsWithUsage, read_usage, with_usage
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
        rows = known_rows(self._stored, moment_number(self._as_of or LAST))
        driver = [*self.labels.drivers()].index(KnownDriver.USAGE)
        usage = read_usage(self._session, driver=driver, by=self._as_of)
        return with_usage(rows, usage, self._names)

    def _is_built(self, day: date) -> bool:
        del day
        return False
