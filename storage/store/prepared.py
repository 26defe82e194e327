"""Small reads behind every answer: compiled once, and run by the driver itself."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlmodel import Session

_DIRECT = {"pysqlite", "psycopg"}
"""Drivers whose connections run a statement; a warehouse's may have cursors alone."""
_KEPT = "rows of prepared statements"
_Kept = dict["Prepared", list[tuple[Any, ...]]]
_SHARED: list["Prepared"] = []


def keep_rows(session: Session) -> None:
    """Have a session read each statement once: for those that see one state of the data."""
    session.info[_KEPT] = {}


class Prepared:
    """A select without parameters; the layers around it would take ten times as long as it does.

    Parameters
    ----------
    is_shared : bool
        Whether an answer of which nothing is remembered reads it, as it does all others of these:
        PostgreSQL is asked for all of them at once.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]], *, is_shared: bool = False) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, list[Any]]] = {}
        if is_shared:
            _SHARED.append(self)

    def rows(self, session: Session) -> list[tuple[Any, ...]]:
        """Read the rows from the store, their cells as the columns' types have them."""
        kept: _Kept | None = session.info.get(_KEPT)
        if kept is None:
            session.flush()  # as the session would before a read of its own
            return self._read(session)
        if self not in kept:
            if self in _SHARED and session.connection().dialect.driver == "psycopg":
                kept |= _read_together(session, [one for one in _SHARED if one not in kept])
            else:
                kept[self] = self._read(session)
        return kept[self]

    def _read(self, session: Session) -> list[tuple[Any, ...]]:
        connection = session.connection()
        if connection.dialect.driver not in _DIRECT:
            return [tuple(row) for row in connection.execute(self._statement)]
        driver: Any = connection.connection.driver_connection
        return self.processed(driver.execute(self.text(connection.dialect)).fetchall(), connection)

    def text(self, dialect: Dialect) -> str:
        """Compile the statement for a database, once."""
        return self._of(dialect)[0]

    def _of(self, dialect: Dialect) -> tuple[str, list[Any]]:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _compiled(self._statement, dialect)
        return self._compiled[dialect.name]

    def processed(
        self, found: list[tuple[Any, ...]], connection: Connection
    ) -> list[tuple[Any, ...]]:
        """Turn cells as the driver has them into those of the columns' types."""
        processors = self._of(connection.dialect)[1]
        if not any(processors):
            return found
        return [
            tuple(
                cell if process is None else process(cell)
                for cell, process in zip(row, processors, strict=True)
            )
            for row in found
        ]


def _read_together(session: Session, some: Sequence[Prepared]) -> _Kept:
    """Send several statements in one go: each by itself waits for the one before it."""
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    with driver.pipeline():
        asked = [(one, driver.execute(one.text(connection.dialect))) for one in some]
    return {one: one.processed(cursor.fetchall(), connection) for one, cursor in asked}


def _compiled(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> tuple[str, list[Any]]:
    text = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    types = (column.type for column in statement.selected_columns)
    return text, [each.dialect_impl(dialect).result_processor(dialect, None) for each in types]
