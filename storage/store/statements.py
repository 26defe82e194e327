"""Statements that SQLite and PostgreSQL both run well: bulk inserts, long lists of keys, races."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from importlib import import_module
from itertools import chain, islice
from json import dumps
from types import MappingProxyType
from typing import Any, TypeVar, cast

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CursorResult,
    Delete,
    SQLColumnExpression,
    Text,
    Update,
    any_,
    func,
    literal,
    select,
)
from sqlmodel import Session, SQLModel

from storage.store.messages import binary_rows_together, driver_of, is_postgresql

T = TypeVar("T")
Row = Sequence[int | str | None]
SIZE = 5_000  # keys: SQLite binds 32,766 parameters by default, PostgreSQL 65,535
_LINES = 1_000  # rows
_READ = 2_000  # rows
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_AT_ONCE = 100  # rows: more of them in one statement are not inserted any quicker


def batches(keys: Iterable[T]) -> Iterator[list[T]]:
    """Yield keys in lists of at most `SIZE`, so that a statement can carry each list."""
    rest = iter(keys)
    while batch := list(islice(rest, SIZE)):
        yield batch


def among(
    session: Session, column: SQLColumnExpression[Any], texts: Iterable[str]
) -> ColumnElement[bool]:
    """Build the condition that a column has one of many texts.

    One parameter carries them all: one for each would take longer to name than its row to read.
    """
    if is_postgresql(session):
        return column == any_(literal([*texts], ARRAY(Text)))
    values = func.json_each(dumps([*texts])).table_valued("value")
    return column.in_(select(values.c.value))


def bulk_insert(
    session: Session,
    table: type[SQLModel],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    same: Mapping[str, int | str | None] = MappingProxyType({}),
) -> None:
    """Insert many rows by the driver's own bulk path; constraints hold as always.

    Parameters
    ----------
    columns : sequence of str
        The table's columns in the order of a row's cells.
    rows : iterable of rows
        Read as they are needed, never held together. Cells are what the drivers take: integers,
        text and None; dates are ISO text, moments `storage.store.column_types.moment_text`.
    same : mapping of column to cell, optional
        Cells that are alike in all rows: each of them would take its time with every row.
    """
    driver = driver_of(session)  # the session's own, so that a rollback takes the rows along
    target = f"{table.__tablename__} ({', '.join((*same, *columns))})"
    with closing(driver.cursor()) as cursor:  # an ORM's work is paid again with every row
        if is_postgresql(session):
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for lines in _copied(rows, same.values()):
                    copy.write(lines)
        else:
            alike, one = "?, " * len(same), f"({', '.join('?' * len(columns))})"
            cells = chain.from_iterable(rows)
            while some := tuple(islice(cells, _AT_ONCE * len(columns))):
                places = ", ".join([one] * (len(some) // len(columns)))
                # An error ends the transaction: to undo the statement alone, as usual, SQLite would
                # copy each page before it is changed.
                new = f"SELECT {alike}* FROM (VALUES {places})"  # noqa: S608 # nosec
                statement = f"INSERT OR FAIL INTO {target} {new}"
                cursor.execute(statement, (*same.values(), *some))


def _copied(rows: Iterable[Row], same: Iterable[int | str | None]) -> Iterator[str]:
    """Yield rows as lines of text, a column at a time: the driver's own way takes twice as long."""
    start = "".join(f"{_cell(cell)}\t" for cell in same)
    rest = iter(rows)
    while some := list(islice(rest, _LINES)):
        columns = map(_texts, zip(*some, strict=True))
        yield start + f"\n{start}".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def _texts(column: Row) -> Iterable[str]:
    # Without a call of ours for each cell, wherever nothing has to be written otherwise.
    kinds = set(map(type, column))
    if kinds == {int}:
        return map(str, column)
    if kinds == {str}:
        texts = cast(Sequence[str], column)
        together = "".join(texts)
        if together.isprintable() and "\\" not in together:
            return texts
    return map(_cell, column)


def _cell(cell: int | str | None) -> str:
    if type(cell) is str:
        return cell.translate(_ESCAPES)
    return "\\N" if cell is None else str(cell)


def count_changed(session: Session, statement: Delete | Update) -> int:
    """Run an update or a delete, and count the rows that it changed."""
    result: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]
    return result.rowcount


def insert_new(session: Session, table: type[SQLModel], **values: Any) -> int | None:  # noqa: ANN401 - any cell
    """Insert one row; return the first column of its primary key, None if its key is taken.

    On PostgreSQL it waits for another transaction that is inserting the same key.
    """
    # Its own dialect is loaded; the other one would take as long to load as a tenth of SQLAlchemy.
    dialect = import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    known: Any = SQLModel.metadata.tables[str(table.__tablename__)]
    row = table(**values).model_dump(exclude_none=True)  # PostgreSQL numbers no NULL id
    statement = dialect.insert(known).values(row).on_conflict_do_nothing()
    number: int | None = session.scalar(statement.returning(next(iter(known.primary_key))))
    return number


def binary_rows(
    session: Session, statement: str, parameters: Sequence[int] = ()
) -> list[tuple[Any, ...]]:
    """Read rows with arrays in them as the driver has them, on PostgreSQL in its binary form.

    Parameters
    ----------
    statement : str
        With ``?`` for each of ``parameters``, on either database.
    """
    driver = driver_of(session)
    if is_postgresql(session):
        with closing(driver.cursor(binary=True)) as cursor:
            cursor.execute(statement.replace("?", "%s"), parameters)
            return list(cursor.fetchall())
    return list(driver.execute(statement, parameters).fetchall())


def binary_rows_of(session: Session, statements: Sequence[str]) -> list[list[tuple[Any, ...]]]:
    """Read what several statements without parameters find, as `binary_rows` does each."""
    if is_postgresql(session) and len(statements) > 1:
        return binary_rows_together(session, statements)
    return [binary_rows(session, statement) for statement in statements]


def binary_chunks(session: Session, statement: str) -> Iterator[list[tuple[Any, ...]]]:
    """Read many rows as `binary_rows` does, a few at a time: more would be slow to be held."""
    driver = driver_of(session)
    with closing(
        driver.cursor(binary=True) if is_postgresql(session) else driver.cursor()
    ) as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(_READ):
            yield rows


@cache
def key_of(table: type[SQLModel]) -> tuple[str, ...]:
    """List the columns of a table's primary key."""
    return tuple(key.name for key in SQLModel.metadata.tables[str(table.__tablename__)].primary_key)


def put_rows(
    session: Session, table: type[SQLModel], columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows, or write them in the place of those with their keys; none of it may be NULL.

    The database compares: what it has would come here only to be found the same.
    """
    write_rows(session, _putting(table, columns), rows)


@cache
def _putting(table: type[SQLModel], columns: tuple[str, ...]) -> str:
    name, keys = str(table.__tablename__), key_of(table)
    cells = [column for column in columns if column not in keys]
    return (
        f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 # nosec
        f" ON CONFLICT ({', '.join(keys)})"
        f" DO UPDATE SET {', '.join(f'{cell} = excluded.{cell}' for cell in cells)}"
        f" WHERE {' OR '.join(f'{name}.{cell} <> excluded.{cell}' for cell in cells)}"
    )


def write_rows(session: Session, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement once for each row, as `binary_rows` does: an ORM would take longer than it.

    Parameters
    ----------
    statement : str
        With ``?`` for each cell of a row, on either database.
    """
    if not rows:
        return
    text = statement.replace("?", "%s") if is_postgresql(session) else statement
    with closing(driver_of(session).cursor()) as cursor:
        cursor.executemany(text, rows)
