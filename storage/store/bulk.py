"""Many rows into one table by the driver's own bulk path: what an ORM adds is paid per row."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import chain, islice
from typing import Any

from sqlmodel import Session, SQLModel

Row = Sequence[int | str | None]
_AT_ONCE = 100
"""Rows to a statement on SQLite: a constraint such as ``IN (...)`` is prepared for each anew."""


def bulk_insert(
    session: Session, table: type[SQLModel], columns: Sequence[str], rows: Iterable[Row]
) -> None:
    """Insert rows within the session's transaction; constraints hold as always.

    Parameters
    ----------
    columns : sequence of str
        The table's columns in the order of a row's cells.
    rows : iterable of rows
        Read as they are needed, never held together. Cells are what the drivers take: integers,
        text and None; dates are ISO text, moments `storage.store.column_types.moment_text`.
    """
    name = table.__tablename__
    target = f"{name} ({', '.join(columns)})"
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    with closing(driver.cursor()) as cursor:
        if connection.dialect.name == "postgresql":
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            one = f"({', '.join('?' * len(columns))})"
            cells = chain.from_iterable(rows)
            while some := tuple(islice(cells, _AT_ONCE * len(columns))):
                places = ", ".join([one] * (len(some) // len(columns)))
                cursor.execute(f"INSERT INTO {target} VALUES {places}", some)  # noqa: S608 # nosec B608
