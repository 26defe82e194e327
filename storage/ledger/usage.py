"""Columns of committed MRR and usage together."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from metrics.drivers import KnownDriver
from storage.columns.arrays import STATED, LedgerMovements, Movements, Positions
from storage.columns.company import Names
from storage.columns.months import MonthRows, in_order
from storage.columns.position_numbers import PositionNumbers
from storage.columns.sources import ColumnSource
from storage.columns.usage_rows import UsageRows
from storage.ledger.labels import StoredLabels
from storage.ledger.replay import KnownRows, ReplayedColumns
from storage.store.column_types import day_number, day_of


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
