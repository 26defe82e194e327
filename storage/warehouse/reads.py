"""Reads of a ledger in a warehouse: a period by one statement there, all else by its rows."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from metrics.pauses import PAUSE
from metrics.segments import NO_VALUE
from storage.columns.arrays import (
    NONE,
    LedgerMovements,
    Movements,
    Parents,
    Positions,
    Statements,
    WindowSums,
)
from storage.columns.codec import Whole, pack
from storage.columns.company import Names
from storage.columns.months import MonthRows, in_order
from storage.columns.position_numbers import PositionNumbers
from storage.columns.writing import Writer
from storage.errors import StorageError
from storage.ledger.labels import AccountName, LedgerLabels
from storage.ledger.replay import KnownRows, ReplayedColumns
from storage.store.column_types import day_number, day_of, moment_number
from storage.store.engine import Store
from storage.store.numbering import Numbers
from storage.tables.columns import ColumnBuild, WindowSum
from storage.tables.facts import OF_NONE
from storage.tables.views import Account, AccountAttribute, MrrMovement
from storage.warehouse.periods import period_sums

_ALWAYS = day_number(date.min)  # parents have no date in a warehouse


@dataclass(frozen=True, slots=True)
class ListedLabels:
    """Labels that are held in lists."""

    accounts: Sequence[AccountName]
    named_drivers: Sequence[str]
    named_products: Sequence[str]
    codes: Sequence[str]

    def products(self) -> Sequence[str]:
        """List the products of movements."""
        return self.named_products

    def currencies(self) -> Sequence[str]:
        """List the codes of the currencies of movements."""
        return self.codes

    def drivers(self) -> Sequence[str]:
        """List the drivers of movements."""
        return self.named_drivers

    def names(self, accounts: Sequence[int]) -> Sequence[AccountName]:
        """Look up the ids and names of some accounts."""
        return [self.accounts[number] for number in accounts]


@dataclass(frozen=True, slots=True)
class WarehouseReads:
    """How one session reads the ledger in a warehouse; ``measured`` are windows to be kept."""

    measured: dict[tuple[date, date], WindowSums] = field(default_factory=dict)

    def window(self, session: Session, start: date, end: date) -> WindowSums:
        """Add up the period between two month starts, in the warehouse."""
        sums = sorted(period_sums(session, start, end).items())
        window = self.measured[start, end] = WindowSums(
            attribute_set=np.array([number for number, _ in sums], np.int64),
            sums=np.array([row for _, row in sums], np.int64).reshape(-1, 10),
        )
        return window

    def keep(self, store: Store, *, generation: int) -> None:
        """Keep what was measured, if the copied tables are still those of one generation."""
        # A cache: when another writer is at work, or the disk is full, the next reader asks again.
        with suppress(StorageError), store.write(patient=False) as session:
            if session.get_one(ColumnBuild, 1).generation == generation:
                for (start, end), window in self.measured.items():
                    key = day_number(start), day_number(end)
                    sums = pack(window.sums.ravel())
                    cells = {"attribute_set": pack(window.attribute_set), "sums": sums}
                    Writer(session).put(WindowSum, {key: cells}, within=key)

    def replay(
        self, session: Session, as_of: datetime | None
    ) -> tuple[ReplayedColumns, LedgerLabels]:
        """Replay all rows that were recorded by a moment: every one of them is fetched."""
        return _Fetched(session, as_of).replay()

    def known(self, session: Session, as_of: datetime) -> tuple[str, datetime] | None:
        """Find the currency and the newest moment of what was recorded by then, if anything."""
        moment = col(MrrMovement.recorded_at)
        statement = select(func.min(col(MrrMovement.currency)), func.max(moment))
        currency, newest = session.execute(statement.where(moment <= as_of)).one()
        return None if currency is None else (currency, newest)

    def totals(self, session: Session, day: date, as_of: datetime) -> dict[str, int]:
        """Add up, by currency, the movements before a day that were recorded by a moment."""
        currency = col(MrrMovement.currency)
        totals = (
            select(currency, func.sum(col(MrrMovement.amount_minor)))
            .where(col(MrrMovement.effective_on) < day, col(MrrMovement.recorded_at) <= as_of)
            .group_by(currency)
        )
        return {code: int(total) for code, total in session.execute(totals)}


class _Fetched:
    """Rows of the warehouse, as arrays of numbers."""

    def __init__(self, session: Session, as_of: datetime | None) -> None:
        self._session, self._as_of = session, as_of
        columns = select(col(Account.account_id), col(Account.name), col(Account.parent_id))
        self._accounts = sorted(map(tuple, session.execute(columns)))
        self._number = {row[0]: number for number, row in enumerate(self._accounts)}
        self._drivers, self._products, self._currencies = (Numbers[str]() for _ in range(3))
        self._pairs = Numbers[tuple[str, str]]()

    def replay(self) -> tuple[ReplayedColumns, LedgerLabels]:
        """Replay the rows; what their numbers stand for comes with it."""
        numbers, months = PositionNumbers(Positions.none()), MonthRows()
        months.add(self._movements(), numbers)
        rows = KnownRows(
            statements=self._statements(),
            positions=numbers.positions,
            parents=self._parents(),
            months=_in_months(months, numbers.positions),
        )
        names = Names(
            accounts=len(self._accounts),
            pairs=[*self._pairs],
            pause=self._drivers.get(PAUSE),
        )
        labels = ListedLabels(
            [AccountName(account, name) for account, name, _ in self._accounts],
            *([*numbers] for numbers in (self._drivers, self._products, self._currencies)),
        )
        return ReplayedColumns(rows, names), labels

    def _movements(self) -> LedgerMovements:
        table = MrrMovement
        statement = select(
            *(col(table.account_id), col(table.product), col(table.currency)),
            *(col(table.effective_on), col(table.amount_minor), col(table.driver)),
            col(table.recorded_at),
        ).order_by(col(table.id))
        rows = (
            (
                self._number[account],
                self._product(product),
                self._currencies[currency],
                day_number(day),
                int(amount),
                NONE if driver is None else self._drivers[driver],
                moment_number(recorded),
            )
            for account, product, currency, day, amount, driver, recorded in self._known(
                statement, col(table.recorded_at)
            )
        )
        names = ("account", "product", "currency", "day", "amount", "driver", "recorded")
        return LedgerMovements(**dict(zip(names, _columns(rows, width=7), strict=True)))

    def _product(self, name: str | None) -> int:
        if name == NO_VALUE:
            return OF_NONE
        return NONE if name is None else self._products[name]

    def _statements(self) -> Statements:
        table = AccountAttribute
        statement = select(
            *(col(table.account_id), col(table.valid_from), col(table.dimension)),
            *(col(table.value), col(table.recorded_at)),
        ).order_by(col(table.id))
        rows = (
            (
                self._number[account],
                day_number(day),
                self._pairs[dimension, value],
                moment_number(recorded),
            )
            for account, day, dimension, value, recorded in self._known(
                statement, col(table.recorded_at)
            )
        )
        names = ("account", "day", "pair", "recorded")
        said = Statements(**dict(zip(names, _columns(rows, width=4), strict=True)))
        return said.pick(np.lexsort((said.day, said.account)))

    def _parents(self) -> Parents:
        below = [
            (number, _ALWAYS, self._number[parent], 0)
            for number, (_, _, parent) in enumerate(self._accounts)
            if parent is not None
        ]
        names = ("account", "day", "parent", "recorded")
        return Parents(**dict(zip(names, _columns(below, width=4), strict=True)))

    def _known(
        self, statement: Select[*tuple[Any, ...]], recorded_at: Mapped[datetime]
    ) -> Iterable[Any]:
        if self._as_of is not None:
            statement = statement.where(recorded_at <= self._as_of)
        return self._session.execute(statement)


def _columns(rows: Iterable[tuple[int, ...]], *, width: int) -> list[Whole]:
    return list(np.array([*rows], np.int64).reshape(-1, width).T)


def _in_months(months: MonthRows, positions: Positions) -> Iterator[tuple[date, Movements]]:
    for month in sorted(months.parts):
        rows = Movements.joined(months.take(month))
        yield day_of(month), in_order(rows, positions.account[rows.position])[0]
