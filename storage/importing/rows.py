"""Storing of new rows by the driver's bulk path, and a record of the change for derived data."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count, repeat

import numpy as np
from sqlalchemy import Connection, func, select, text
from sqlmodel import Session, SQLModel, col

from storage.balances.derivation import LedgerChange
from storage.importing.examination import NewRows
from storage.importing.held import LedgerContents
from storage.importing.labels import FactLabels
from storage.importing.movements import NO_NUMBER, NOTHING, Whole
from storage.importing.report import Progress, counted
from storage.store.column_types import day_of
from storage.store.statements import batches, bulk_insert
from storage.tables.facts import AttributeRow, MovementRow
from storage.tables.ledger import Account, ImportRun

MANY = 100_000  # rows from which an index is made faster after them than with each of them
_MOVEMENT_COLUMNS = (
    *("id", "source", "movement_id", "account", "product", "day", "kind", "driver"),
    *("amount_minor", "currency", "recorded", "import_id", "source_row"),
)
_STATEMENT_COLUMNS = ("id", "account", "pair", "valid_from", "recorded", "import_id")


@dataclass(slots=True)
class ImportEffect:
    """Accounts and days that an import has changed so far."""

    accounts: set[str] = field(default_factory=set)
    moved_roots: set[str] = field(default_factory=set)
    amounts: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    first_value_from: int | None = None

    def add(self, new_rows: NewRows) -> None:
        """Take note of rows that were stored."""
        movements, said = new_rows.movements, new_rows.statements
        names = movements.texts.account.names
        self.accounts.update(names[n] for n in np.unique(movements.account).tolist())
        self.accounts.update(said.accounts.names[n] for n in np.unique(said.account).tolist())
        self.moved_roots |= new_rows.accounts.parents.moved
        days, places = np.unique(movements.day, return_inverse=True)
        for day, amount in zip(days.tolist(), _sums(places, movements.amount), strict=True):
            self.amounts[day] += amount
        if len(said):
            first, known = int(said.day.min()), self.first_value_from
            self.first_value_from = first if known is None else min(known, first)

    def change(self, session: Session, *, otherwise: date) -> LedgerChange:
        """Sum up the change; ``otherwise`` is its day when nothing has one."""
        return LedgerChange(
            roots=self._roots(session),
            since=self._since(otherwise),
            amounts={day_of(day): amount for day, amount in self.amounts.items()},
        )

    def _roots(self, session: Session) -> set[str]:
        roots = set(self.moved_roots)
        for some in batches(sorted(self.accounts)):
            statement = select(col(Account.root_id)).where(col(Account.account_id).in_(some))
            roots.update(session.scalars(statement))
        return roots

    def _since(self, otherwise: date) -> date:
        if self.moved_roots:  # a moved account counts under its new parent from its first day on
            return date.min
        first = self.first_value_from
        days = [*self.amounts] if first is None else [*self.amounts, first]
        return day_of(min(days)) if days else otherwise


def store_rows(
    session: Session,
    new_rows: NewRows,
    run: ImportRun,
    labels: FactLabels,
    *,
    recorded: int,
    progress: Progress,
    stored: int,
) -> None:
    """Insert the rows of one group that the ledger lacks.

    Parameters
    ----------
    recorded : int
        The moment of movements that state none.
    stored : int
        How many rows of the same file were stored already.
    """
    new_rows.accounts.apply(session, run.id or 0)
    movements = _movement_rows(session, new_rows, run, labels, recorded)
    statements = _statement_rows(session, new_rows, run, labels)
    labels.store()
    shown = counted(movements, progress, stored=stored, total=run.rows)
    bulk_insert(session, MovementRow, _MOVEMENT_COLUMNS, shown)
    bulk_insert(session, AttributeRow, _STATEMENT_COLUMNS, statements)


def _sums(places: Whole, amounts: Whole) -> list[int]:
    # Two halves, so that no sum of millions of rows is beyond 64 bits.
    high, low = np.divmod(amounts, 2**26)
    sums = []
    for half in (high, low):
        total = np.zeros(int(places.max(initial=-1)) + 1, np.int64)
        np.add.at(total, places, half)
        sums.append(total.tolist())
    return [first * 2**26 + second for first, second in zip(*sums, strict=True)]


def _movement_rows(
    session: Session, new_rows: NewRows, run: ImportRun, labels: FactLabels, recorded: int
) -> Iterator[tuple[int | str | None, ...]]:
    movements, texts = new_rows.movements, new_rows.movements.texts
    numbers = new_rows.accounts.numbers
    account = np.array([numbers.get(name, NOTHING) for name in texts.account.names], np.int64)
    products = movements.attributes.get("product")
    moments = np.where(movements.recorded == NO_NUMBER, recorded, movements.recorded)
    return zip(
        count(_next_id(session, MovementRow)),
        repeat(labels.source[run.source] if len(movements) else 0),
        movements.movement_id,  # without one a row is known by its place in this very file
        account[movements.account].tolist(),
        repeat(None) if products is None else labels.product.of(texts.values["product"], products),
        movements.day.tolist(),
        new_rows.kinds.tolist(),
        labels.driver.of(texts.driver, movements.driver),
        movements.amount.tolist(),
        labels.currency.of(texts.currency, movements.currency),
        moments.tolist(),
        repeat(run.id),
        movements.line.tolist(),
        strict=False,  # a value that is the same for all rows is repeated without end
    )


def _statement_rows(
    session: Session, new_rows: NewRows, run: ImportRun, labels: FactLabels
) -> Iterator[tuple[int | str | None, ...]]:
    said, numbers = new_rows.statements, new_rows.accounts.numbers
    account = np.array([numbers.get(name, NOTHING) for name in said.accounts.names], np.int64)
    pair = np.zeros(len(said.pairs), np.int64)
    used, firsts = np.unique(said.pair, return_index=True)
    for number in used[np.argsort(firsts)].tolist():
        pair[number] = labels.pair[said.pairs[number]]
    return zip(
        count(_next_id(session, AttributeRow)),
        account[said.account].tolist(),
        pair[said.pair].tolist(),
        said.day.tolist(),
        said.recorded.tolist(),
        repeat(run.id),
        strict=False,
    )


def _next_id(session: Session, table: type[MovementRow] | type[AttributeRow]) -> int:
    return (session.scalar(select(func.max(col(table.id)))) or 0) + 1


@contextmanager
def indexes_later(session: Session, contents: LedgerContents, *, rows: int) -> Iterator[None]:
    """On an empty table, build the indexes once after many rows, not row by row.

    Only on SQLite, where readers go on meanwhile: PostgreSQL would lock them out. A table that
    holds something keeps its indexes, because new rows are compared with what it holds.
    """
    empty = []
    connection = session.connection()
    if connection.dialect.name == "sqlite" and rows >= MANY:
        empty += [] if contents.has_movements else [MovementRow.__tablename__]
        empty += [] if contents.has_attributes else [AttributeRow.__tablename__]
    tables = SQLModel.metadata.tables
    indexes = [index for name in empty for index in tables[str(name)].indexes]
    triggers = [_trigger(connection, f"{name}_no_insert") for name in empty]
    for index in indexes:
        index.drop(connection)
    yield  # an error needs no new indexes: the rollback brings the dropped ones back
    for index in indexes:
        index.create(connection)
    for statement in triggers:
        connection.exec_driver_sql(statement)


def _trigger(connection: Connection, name: str) -> str:
    # It looks for a row that a new one would replace: in an empty table there is none.
    kept = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    statement = str(connection.execute(kept, {"name": name}).scalar_one())
    connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return statement
