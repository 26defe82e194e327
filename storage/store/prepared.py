"""Small reads behind every answer: compiled once, and run by the driver itself."""

from typing import Any

from sqlalchemy import Dialect, Select
from sqlmodel import Session

_DIRECT = {"pysqlite", "psycopg"}
"""Drivers whose connections run a statement; a warehouse's may have cursors alone."""
_KEPT = "rows of prepared statements"


def keep_rows(session: Session) -> None:
    """Have a session read each statement once: for those that see one state of the data."""
    session.info[_KEPT] = {}


class Prepared:
    """A select without parameters; the layers around it would take ten times as long as it does."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, list[Any]]] = {}

    def rows(self, session: Session) -> list[tuple[Any, ...]]:
        """Read the rows from the store, their cells as the columns' types have them."""
        kept: dict[Prepared, list[tuple[Any, ...]]] | None = session.info.get(_KEPT)
        if kept is None:
            return self._read(session)
        if self not in kept:
            kept[self] = self._read(session)
        return kept[self]

    def _read(self, session: Session) -> list[tuple[Any, ...]]:
        session.flush()  # as the session would before a read of its own
        connection = session.connection()
        if connection.dialect.driver not in _DIRECT:
            return [tuple(row) for row in connection.execute(self._statement)]
        driver: Any = connection.connection.driver_connection
        name = connection.dialect.name
        if name not in self._compiled:
            self._compiled[name] = _compiled(self._statement, connection.dialect)
        text, processors = self._compiled[name]
        found: list[tuple[Any, ...]] = driver.execute(text).fetchall()
        if not any(processors):
            return found
        return [
            tuple(
                cell if process is None else process(cell)
                for cell, process in zip(row, processors, strict=True)
            )
            for row in found
        ]


def _compiled(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> tuple[str, list[Any]]:
    text = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    types = (column.type for column in statement.selected_columns)
    return text, [each.dialect_impl(dialect).result_processor(dialect, None) for each in types]
