"""Building of the columns from a month on: one path for imports, rebuilds and checks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from storage.columns.account_days import PauseBook
from storage.columns.arrays import NEVER, Movements, Parents, Statements
from storage.columns.codec import Whole
from storage.columns.combinations import StoredCombinations
from storage.columns.company import Company, Names
from storage.columns.ledger_rows import LedgerRows
from storage.columns.months import in_order, month_after
from storage.columns.placing import Placing
from storage.columns.position_numbers import PositionNumbers
from storage.columns.reach import BuildReach
from storage.columns.reading import ColumnReader
from storage.columns.spreading import together
from storage.columns.writing import Sink, by_account, dense, packed
from storage.store.column_types import day_of
from storage.tables.columns import (
    AccountColumn,
    MonthColumn,
    MovementColumn,
    ParentColumn,
    PauseColumn,
    PlaceColumn,
    PositionColumn,
    StatementColumn,
)

S = TypeVar("S", Statements, Parents)
MonthDone = Callable[[int, int], None]
"""Is told how many months are built, and of how many."""


def unwatched(_done: int, _total: int) -> None:
    """Tell nobody how far a building is."""


@dataclass(slots=True, kw_only=True)
class Building:
    """Columns that are stored, and what is needed to put new rows among them.

    Parameters
    ----------
    sets : StoredCombinations
        The combinations of attributes by number.
    """

    stored: ColumnReader
    sink: Sink
    names: Names
    placing: Placing
    sets: StoredCombinations
    month_done: MonthDone = unwatched

    def build(self, reach: BuildReach, rows: LedgerRows) -> None:
        """Build every month that new rows change."""
        statements = _merged(self.stored.statements(), rows.statements)
        parents = _merged(self.stored.parents(), rows.parents)
        company = self._company_at(reach.start, reach.numbers, parents, statements)
        months = reach.months
        said = _by_day(statements, since=reach.start)
        self.month_done(0, len(months) - 1)
        for done, month in enumerate(months[:-1]):
            self._move(company, reach.numbers, month, reach.new.take(month))
            after = month_after(month)
            company.state(_between(said, month, after))
            self._put_balances(company, after)
            self.month_done(done + 1, len(months) - 1)
        self._put_the_rest(company, rows, statements, parents)

    def _company_at(
        self, start: int, numbers: PositionNumbers, parents: Parents, statements: Statements
    ) -> Company:
        company = Company(numbers.positions, parents, self.names)
        company.resume(
            self.stored.amounts(day_of(start)),
            self.stored.first_paid(),
            PauseBook.before(self.stored.pauses(), start),
            day=start,
        )
        places = self.stored.places(day_of(start))
        table = self.sets.table()
        company.stated.resume(places, table, statements, parents, day=start)
        self.placing.learn(table, company.stated.combinations)
        return company

    def _move(
        self, company: Company, numbers: PositionNumbers, month: int, new: list[Movements]
    ) -> None:
        held = together(self.stored.movements(day_of(month)), numbers)
        rows = Movements.joined([*([held] if len(held) else []), *new])
        rows, _ = in_order(rows, company.account_of(rows))
        moved = company.move(rows, month=month)
        cells = by_account(moved, company.account_of(moved), within=(month,))
        self.sink.put(MovementColumn, cells, within=(month,))

    def _put_balances(self, company: Company, month: int) -> None:
        places, within = company.places(month, self.placing), (month,)
        self.sink.put(MonthColumn, dense(company.amounts, "amount", within=within), within=within)
        cells = dense(places, "attribute_set", within=within)
        self.sink.put(PlaceColumn, cells, within=within)

    def _put_the_rest(
        self, company: Company, rows: LedgerRows, statements: Statements, parents: Parents
    ) -> None:
        first_paid = dense(company.first_paid, "first_paid", fill=NEVER)
        self.sink.put(AccountColumn, first_paid)
        positions = company.positions
        if len(positions) != len(self.stored.positions()):
            self.sink.put(PositionColumn, by_account(positions.stored(), np.arange(len(positions))))
        pauses = company.pauses.spells()
        self.sink.put(PauseColumn, {(1,): packed(pauses)} if len(pauses) else {})
        if len(rows.statements):
            self.sink.put(StatementColumn, by_account(statements, statements.account))
        if len(rows.parents):
            self.sink.put(ParentColumn, {(1,): packed(parents)})


def _merged(stored: S, new: S) -> S:
    """Put new rows among stored ones, behind those of the same account and day."""
    if not len(new):
        return stored
    order = np.argsort(_keys(new), kind="stable")
    if not len(stored):
        return new.pick(order)
    places = np.searchsorted(_keys(stored), _keys(new)[order], side="right")
    rows = np.insert(np.arange(len(stored)), places, order + len(stored))
    return type(new).joined([stored, new]).pick(rows)


def _keys(rows: Statements | Parents) -> Whole:
    return rows.account.astype(np.int64) * 2**32 + rows.day


def _by_day(statements: Statements, *, since: int) -> Statements:
    rows = np.flatnonzero(statements.day >= since)
    return statements.pick(rows[np.argsort(statements.day[rows], kind="stable")])


def _between(statements: Statements, first: int, end: int) -> Statements:
    """Pick the statements of days from one to before another; all are sorted by day."""
    return statements.pick(slice(*np.searchsorted(statements.day, (first, end))))
