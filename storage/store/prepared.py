"""Small reads behind every answer: compiled once, and run by the driver itself."""

from enum import Enum, auto
from typing import Any

from sqlalchemy import Dialect, Engine, Select
from sqlmodel import Session

from storage.store.messages import Rows, dialect_of, driver_of, kept_by, rows_at_once, rows_together

_DIRECT = {"pysqlite", "psycopg"}
"""Drivers whose connections run a statement; a warehouse's may have cursors alone."""


class OpeningBatch(Enum):
    """Reads that belong together: PostgreSQL is asked for all of them in one message."""

    ANY_ANSWER = auto()  # one that is remembered, too
    NEW_ANSWER = auto()


_BATCHES: dict[OpeningBatch, list["Prepared"]] = {batch: [] for batch in OpeningBatch}


class Prepared:
    """A select without parameters; the layers around it would take ten times as long as it does.

    Parameters
    ----------
    batch : OpeningBatch, optional
        What it is read together with.
    """

    def __init__(
        self, statement: Select[*tuple[Any, ...]], *, batch: OpeningBatch | None = None
    ) -> None:
        self._statement, self._batch = statement, batch
        self._compiled: dict[str, tuple[str, list[Any]]] = {}
        if batch is not None:
            _BATCHES[batch].append(self)

    def rows(self, session: Session) -> Rows:
        """Read the rows from the store, their cells as the columns' types have them."""
        kept = kept_by(session)
        if kept is None:
            session.flush()  # as the session would before a read of its own
            return self._read(session)
        if self not in kept.rows:
            if self._batch and dialect_of(session).driver == "psycopg":
                batch = [one for one in _BATCHES[self._batch] if one not in kept.rows]
                kept.rows |= zip(batch, _read_together(session, batch), strict=True)
            else:
                kept.rows[self] = self._read(session)
        return kept.rows[self]

    def _read(self, session: Session) -> Rows:
        dialect = dialect_of(session)
        if dialect.driver not in _DIRECT:
            return [tuple(row) for row in session.connection().execute(self._statement)]
        return self.processed(driver_of(session).execute(self.text(dialect)).fetchall(), dialect)

    def text(self, dialect: Dialect) -> str:
        """Compile the statement for a database, once."""
        return self._of(dialect)[0]

    def _of(self, dialect: Dialect) -> tuple[str, list[Any]]:
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _compiled(self._statement, dialect)
        return self._compiled[dialect.name]

    def processed(self, found: Rows, dialect: Dialect) -> Rows:
        """Turn cells as the driver has them into those of the columns' types."""
        processors = self._of(dialect)[1]
        if not found or not any(processors):
            return found
        columns = (  # a column after the other, without a call of ours for each cell
            column if process is None else map(process, column)
            for process, column in zip(processors, zip(*found, strict=True), strict=True)
        )
        return [*zip(*columns, strict=True)]


def read_opening(engine: Engine) -> dict[Prepared, Rows]:
    """Read what any answer begins with, in one state of the data."""
    batch, dialect = _BATCHES[OpeningBatch.ANY_ANSWER], engine.dialect
    found = rows_at_once(engine, [one.text(dialect) for one in batch])
    return {one: one.processed(rows, dialect) for one, rows in zip(batch, found, strict=True)}


def _read_together(session: Session, batch: list[Prepared]) -> list[Rows]:
    dialect = dialect_of(session)
    found = rows_together(session, [one.text(dialect) for one in batch])
    return [one.processed(rows, dialect) for one, rows in zip(batch, found, strict=True)]


def _compiled(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> tuple[str, list[Any]]:
    text = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    types = (column.type for column in statement.selected_columns)
    return text, [each.dialect_impl(dialect).result_processor(dialect, None) for each in types]
