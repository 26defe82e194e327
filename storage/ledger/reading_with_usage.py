"""One reading of both series: nothing of it is stored, all of it is replayed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial

import numpy as np

from metrics.drivers import KnownDriver
from metrics.scores import Truth
from metrics.small_groups import USES
from storage.columns.arrays import STATED, LedgerMovements, Movements, Positions
from storage.columns.company import Names
from storage.columns.live import reversed_runs
from storage.columns.months import MonthRows, in_order
from storage.columns.position_numbers import PositionNumbers
from storage.columns.sources import ColumnSource
from storage.columns.usage_rows import UsageRows, read_usage_rows
from storage.ledger.labels import LedgerLabels, StoredLabels
from storage.ledger.reading import LedgerReading
from storage.ledger.replay import KnownRows, ReplayedColumns, known_rows
from storage.store.column_types import day_number, day_of, moment_number


class LabelsWithUsage(StoredLabels):
    """Labels of a ledger in which the driver of usage has a number, too."""

    def drivers(self) -> Sequence[str]:
        """List the drivers of movements."""
        stored = super().drivers()
        return stored if KnownDriver.USAGE in stored else (*stored, KnownDriver.USAGE.value)


def movements_of(rows: UsageRows, *, driver: int) -> LedgerMovements:
    """Make movements of rows of usage.

    Parameters
    ----------
    driver : int
        The number that the driver of usage has.
    """
    same = {name: getattr(rows, name) for name in LedgerMovements.names()[:-2]}
    return LedgerMovements(**same, driver=np.full(len(rows), driver), recorded=rows.recorded)


def with_usage(
    committed: ColumnSource, months: Collection[date], usage: LedgerMovements, names: Names
) -> ReplayedColumns:
    """Replay committed rows and usage as one: an account's MRR is the sum of both.

    A loss without a product is spread over what is committed alone: usage has positions of its
    own, and each of its rows says what it is of.

    Parameters
    ----------
    months : collection of date
        Those in which committed MRR can have moved.
    """
    held = committed.positions()
    numbers, new, first = PositionNumbers(Positions.none()), MonthRows(), len(held)
    if len(usage):  # all of it can be taken back
        new.add(usage, numbers)
    positions = Positions.joined([held, numbers.positions])

    def rows_of(month: date) -> Movements:
        parts = [
            replace(part, position=part.position.astype(np.int64) + first)
            for part in new.take(day_number(month))
        ]
        every = Movements.joined([committed.movements(month), *parts])
        every = replace(every, spread=np.full(len(every), STATED, np.int8))
        return in_order(every, positions.account[every.position])[0]

    rows = KnownRows(
        positions=positions,
        statements=committed.statements(),
        parents=committed.parents(),
        # A list: rows are taken out once.
        months=[(month, rows_of(month)) for month in sorted({*months, *map(day_of, new.parts)})],
    )
    return ReplayedColumns(rows, names)


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
