"""Indexes of tables that an import fills from nothing: made once after their rows, not with each.

A table that holds something keeps its indexes, because new rows are compared with what it holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Index, text
from sqlmodel import Session, SQLModel

from storage.errors import StoreBusyError, StoreForbiddenError
from storage.importing.held import LedgerContents, read_contents
from storage.store.engine import Store
from storage.store.messages import is_postgresql
from storage.store.numbering import has_rows
from storage.tables.contracts import ContractTerm
from storage.tables.facts import AccountRow, AttributeRow, MovementRow
from storage.tables.levels import LevelSpan

MANY = 100_000  # rows from which an index is made faster after them than with each of them
_SORTED_KIB = 2 * 1024  # of an index's rows, and of the pages that it is made from
_FILLED = tuple(
    SQLModel.metadata.tables[str(table.__tablename__)]
    for table in (MovementRow, AttributeRow, ContractTerm, LevelSpan)
)


def drop_ahead(store: Store, source: str, *, rows: int) -> None:
    """Drop the indexes that a large file's landing makes again, where it cannot drop them itself.

    PostgreSQL lets nobody read a table until the transaction that drops an index of it has ended,
    so this one does nothing else. The next landing makes them, also when this file's fails.
    """
    if rows < MANY or store.engine.dialect.name != "postgresql":
        return
    # While somebody reads or writes, or when the tables are not ours, they are kept row by row.
    with suppress(StoreBusyError, StoreForbiddenError), store.write(patient=False) as session:
        for index in _unneeded(session, read_contents(session, source)):
            index.drop(session.connection(), checkfirst=True)


@contextmanager
def indexes_later(session: Session, contents: LedgerContents, *, rows: int) -> Iterator[None]:
    """Make the indexes that are not there after the rows; SQLite drops them before many rows."""
    connection, triggers = session.connection(), list[str]()
    if rows >= MANY and not is_postgresql(session):
        unneeded = _unneeded(session, contents)
        for name in sorted({str(index.table) for index in unneeded}):
            triggers.append(drop_trigger(connection, f"{name}_no_insert"))
        for index in unneeded:
            index.drop(connection)
    yield  # an error needs no new indexes: the rollback brings the dropped ones back
    with _sorting_in_small_parts(connection):
        for index in _lacking(connection):
            index.create(connection)
    for statement in triggers:
        connection.exec_driver_sql(statement)


@contextmanager
def _sorting_in_small_parts(connection: Connection) -> Iterator[None]:
    """Have SQLite sort as much at once as the processor's own cache holds: more takes longer."""
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_SORTED_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {usual}")


def _unneeded(session: Session, contents: LedgerContents) -> list[Index]:
    """List the indexes of empty tables; one of few rows alone costs nothing while there is none."""
    holds = (
        contents.has_movements,
        contents.has_attributes,
        has_rows(session, ContractTerm),
        has_rows(session, AccountRow),  # levels are read of every account that is held
    )
    return [
        index
        for table, is_held in zip(_FILLED, holds, strict=True)
        for index in table.indexes
        if not is_held and index.dialect_options["sqlite"]["where"] is None
    ]


def _lacking(connection: Connection) -> list[Index]:
    known = set(connection.exec_driver_sql(_NAMES[connection.dialect.name]).scalars())
    return [index for table in _FILLED for index in table.indexes if index.name not in known]


_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
    "postgresql": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()",
}


def drop_trigger(connection: Connection, name: str) -> str:
    """Drop a trigger of SQLite; return the statement that makes it again."""
    # It looks for a row that a new one would replace: in an empty table there is none.
    kept = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    statement = str(connection.execute(kept, {"name": name}).scalar_one())
    connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return statement
