"""Columns of committed MRR and usage together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.drivers import KnownDriver
from storage.columns.arrays import (
    NONE,
    STATED,
    LedgerMovements,
    Movements,
    Positions,
    day_number,
    day_of,
)
from storage.columns.company import Names
from storage.columns.months import MonthRows, in_order
from storage.columns.position_numbers import PositionNumbers
from storage.columns.usage import usage_counts
from storage.ledger.labels import StoredLabels
from storage.ledger.replay import ReplayedColumns, Rows
from storage.tables.usage import UsageMovement

_COLUMNS = ("account", "product", "currency", "day", "amount_minor", "recorded")


class LabelsWithUsage(StoredLabels):
    """Labels of a ledger in which the driver of usage has a number, too."""

    def drivers(self) -> Sequence[str]:
        """List the drivers of movements."""
        stored = super().drivers()
        return stored if KnownDriver.USAGE in stored else (*stored, KnownDriver.USAGE.value)


def read_usage(session: Session, *, driver: int, by: datetime | None = None) -> LedgerMovements:
    """Read the rows that count, in the order of the ledger.

    Parameters
    ----------
    driver : int
        The number that the driver of usage has.
    by : datetime, optional
        Only what was recorded by then.
    """
    statement = (
        select(*(col(getattr(UsageMovement, name)) for name in _COLUMNS))
        .where(usage_counts(session, by=by))
        .order_by(col(UsageMovement.id))
    )
    cells = [[NONE if cell is None else cell for cell in row] for row in session.execute(statement)]
    columns = np.array(cells, np.int64).reshape(len(cells), len(_COLUMNS)).T
    account, product, currency, day, amount, recorded = np.ascontiguousarray(columns)
    return LedgerMovements(
        account=account,
        product=product,
        currency=currency,
        day=day,
        amount=amount,
        driver=np.full(len(cells), driver),
        recorded=recorded,
    )


def with_usage(committed: Rows, usage: LedgerMovements, names: Names) -> ReplayedColumns:
    """Replay committed rows and usage as one: an account's MRR is the sum of both.

    A loss without a product is spread over what is committed alone: usage has positions of its
    own, and each of its rows says what it is of.
    """
    alone = ReplayedColumns(committed, names)
    numbers, new, first = PositionNumbers(Positions.none()), MonthRows(), len(committed.positions)
    if len(usage):  # all of it can be taken back
        new.add(usage, numbers)
    positions = Positions.joined([committed.positions, numbers.positions])
    months = sorted({*alone.months, *map(day_of, new.parts)})

    def rows_of(month: date) -> Movements:
        parts = [
            replace(part, position=part.position.astype(np.int64) + first)
            for part in new.take(day_number(month))
        ]
        every = Movements.joined([alone.movements(month), *parts])
        every = replace(every, spread=np.full(len(every), STATED, np.int8))
        return in_order(every, positions.account[every.position])[0]

    # A list: rows are taken out once.
    rows = [(month, rows_of(month)) for month in months]
    return ReplayedColumns(replace(committed, positions=positions, months=rows), names)
