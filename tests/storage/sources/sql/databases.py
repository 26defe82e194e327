"""Somebody's database with movements in it, to be read by a query."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

COLUMNS = "account_id, date, amount, currency, updated_at"
TABLE = (
    "CREATE TABLE m (movement_id INTEGER, account_id TEXT, date DATE, amount NUMERIC(20, 2),"
    " currency TEXT, updated_at TIMESTAMP)"
)
Row = tuple[int, str, str, str, str]
"""An id, account, day, amount in USD, and when it was written."""


class Theirs:
    """A database at a URL, which its owner writes."""

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self._engine = create_engine(parsed)
        self.run(TABLE)

    def run(self, *statements: str) -> None:
        with self._engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def add(self, rows: Sequence[Row]) -> None:
        self.run(
            *(
                f"INSERT INTO m VALUES ({key}, '{account}', '{day}', {amount}, 'USD', '{at}')"  # noqa: S608
                for key, account, day, amount, at in rows
            )
        )

    def close(self) -> None:
        self._engine.dispose()


@contextmanager
def their_sqlite(folder: Path) -> Iterator[Theirs]:
    theirs = Theirs(f"sqlite:///{folder / 'theirs.db'}")
    try:
        yield theirs
    finally:
        theirs.close()


@contextmanager
def their_postgresql(url: str) -> Iterator[Theirs]:
    theirs = Theirs(url)
    try:
        yield theirs
    finally:
        theirs.close()
