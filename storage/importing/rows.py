"""Storing of new rows by the driver's bulk path, and a record of the change for derived data."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, repeat

import numpy as np
from sqlalchemy import Connection, func, select, text
from sqlmodel import Session, SQLModel, col

from metrics.exact_sums import sum_by
from storage.columns.derived import LedgerChange
from storage.importing.examination import NewRows
from storage.importing.held import LedgerContents
from storage.importing.labels import FactLabels
from storage.importing.movements import NO_NUMBER, NOTHING
from storage.importing.report import Progress, counted
from storage.store.column_types import day_of
from storage.store.statements import bulk_insert
from storage.tables.facts import AttributeRow, MovementRow
from storage.tables.ledger import ImportRun

MANY = 100_000  # rows from which an index is made faster after them than with each of them
_MOVEMENT_COLUMNS = (
    *("id", "source", "movement_id", "account", "product", "day", "kind", "driver"),
    *("amount_minor", "currency", "recorded", "import_id", "source_row"),
)
_STATEMENT_COLUMNS = ("id", "account", "pair", "valid_from", "recorded", "import_id")


@dataclass(slots=True)
class ImportEffect:
    """Net movements by day that an import has added so far, and the first day of its rates."""

    amounts: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    rates_since: int | None = None

    def add(self, new_rows: NewRows) -> None:
        """Take note of rows that were stored."""
        movements = new_rows.movements
        days, places = np.unique(movements.day, return_inverse=True)
        sums = sum_by(places, movements.amount, days.size)
        for day, amount in zip(days.tolist(), sums.tolist(), strict=True):
            self.amounts[day] += amount

    def change(self) -> LedgerChange:
        """Sum up the change."""
        return LedgerChange(
            amounts={day_of(day): amount for day, amount in self.amounts.items()},
            rates_since=None if self.rates_since is None else day_of(self.rates_since),
        )


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


def _movement_rows(
    session: Session, new_rows: NewRows, run: ImportRun, labels: FactLabels, recorded: int
) -> Iterator[tuple[int | str | None, ...]]:
    movements, texts = new_rows.movements, new_rows.movements.texts
    numbers = new_rows.accounts.numbers
    account = np.array([numbers.get(name, NOTHING) for name in texts.account.names], np.int64)
    moments = np.where(movements.recorded == NO_NUMBER, recorded, movements.recorded)
    return zip(
        count(_next_id(session, MovementRow)),
        repeat(labels.source[run.source] if len(movements) else 0),
        movements.movement_id,  # without one a row is known by its place in this very file
        account[movements.account].tolist(),
        labels.product.of(texts.product, movements.product),
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
