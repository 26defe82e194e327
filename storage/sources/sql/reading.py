"""Reading of a query: its rows as they come, into a file, and the highest watermark among them."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.errors import SourceFailedError
from storage.importing.profiles.names import plain_name
from storage.sources.rows_file import RowsFile
from storage.sources.sql.connection import SourceDatabase
from storage.sources.sql.statement import Query
from storage.sources.sql.values import text_of
from storage.sources.sql.watermark import BEGINNINGS, WatermarkValue

_AT_ONCE = 1_000  # rows
OnRows = Callable[[int], None]
"""Hears how many rows have come so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRows:
    """A query, the column of its watermark, and the highest value that was read of it.

    ``column`` and ``mark`` are None where the whole query is read each time.
    """

    query: Query
    column: str | None = None
    mark: WatermarkValue | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRows:
    """Rows of a query in a file, and their columns.

    ``column`` is the watermark's as the database names it, ``mark`` its highest value so far.
    ``again`` counts the rows that are not beyond the value that was known before.
    """

    path: Path
    columns: Sequence[str]
    count: int
    column: str | None = None
    mark: WatermarkValue | None = None
    again: int = 0


def read_query(
    database: SourceDatabase, wanted: WantedRows, path: Path, *, max_bytes: int, on_rows: OnRows
) -> QueryRows:
    """Read the rows of a query into a file, of which never more than a few are in memory.

    Raises
    ------
    SourceFailedError
        If the database refuses, it takes too long, or a value is none that a file can have.
    """
    with database.reading() as connection, closing(_sent(connection, wanted)) as result:
        columns = _columns(result)
        found = _Marking.of(wanted, columns)
        with RowsFile(path, columns, max_bytes=max_bytes) as file:
            for rows in result.partitions(_AT_ONCE):
                if database.is_late():
                    raise database.too_late()
                for row in rows:
                    found.add(row)
                    file.add([*map(text_of, row, columns)])
                on_rows(file.count)
        return QueryRows(
            path=path,
            columns=columns,
            count=file.count,
            column=found.column,
            mark=found.newest,
            again=found.again,
        )


def _sent(connection: Connection, wanted: WantedRows) -> CursorResult[Any]:
    query = wanted.query
    if wanted.column is None and not query.binds:
        return _streamed(connection, query.all_rows())
    if wanted.mark is not None:
        return _streamed(connection, query.rows_since(wanted.mark.since, str(wanted.column)))
    if not query.binds:
        return _streamed(connection, query.all_rows())
    return _from_the_beginning(connection, query)


def _from_the_beginning(connection: Connection, query: Query) -> CursorResult[Any]:
    """Bind a mark that lies before all rows; which fits the column the database tells."""
    *first, last = BEGINNINGS
    for mark in first:
        try:
            return _streamed(connection, query.rows_since(mark, ""))
        except OperationalError:
            raise
        except DBAPIError:
            connection.rollback()
    return _streamed(connection, query.rows_since(last, ""))


def _streamed(connection: Connection, statement: Executable) -> CursorResult[Any]:
    return connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE).execute(
        statement
    )


def _columns(result: CursorResult[Any]) -> Sequence[str]:
    columns = [*map(str, result.keys())]
    names = Counter(map(plain_name, columns))
    for name, count in names.items():
        if count > 1:
            raise SourceFailedError(
                f'the query gives {count} columns named "{name}": name one of them otherwise, with'
                " AS"
            )
    return columns


@dataclass(slots=True)
class _Marking:
    """Follows the watermark from row to row."""

    column: str | None
    place: int
    before: WatermarkValue | None
    newest: WatermarkValue | None
    again: int = 0

    @classmethod
    def of(cls, wanted: WantedRows, columns: Sequence[str]) -> "_Marking":
        if wanted.column is None:
            return cls(None, 0, None, None)
        names = [column.casefold() for column in columns]
        if wanted.column.casefold() not in names:
            raise SourceFailedError(
                f'the query gives no column "{wanted.column}", which is to be the watermark: add it'
                f" to the SELECT, or name one of {', '.join(columns)}"
            )
        place = names.index(wanted.column.casefold())
        return cls(columns[place], place, wanted.mark, wanted.mark)

    def add(self, row: Sequence[object]) -> None:
        if self.column is None or row[self.place] is None:
            return
        mark = WatermarkValue.of(row[self.place], self.column)
        if not mark.is_beyond(self.before, self.column) and self.before is not None:
            self.again += 1
        elif mark.is_beyond(self.newest, self.column):
            self.newest = mark
