"""From a database URL to sessions: one way to read, one way to write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from storage.errors import (
    MissingDriverError,
    StorageError,
    StoreBusyError,
    StoreFullError,
    StoreNotReadyError,
    StoreReadOnlyError,
    StoreUnreachableError,
)

_PATIENCE_OF_WRITER = "nrrbot_patience_of_writer"
_PATIENCE = 5_000
"""How many milliseconds a writer waits for the one before it."""
_BRIEFLY = 20
"""The same for a writer that can as well come another time."""
_ADVISORY_LOCK = 0x6E7272  # "nrr": one writer of the ledger at a time on PostgreSQL


class Store:
    """A database and the two kinds of session on it; nothing is connected until first use."""

    def __init__(self, url: str) -> None:
        try:
            self.engine = _build_engine(url)
        except ModuleNotFoundError:
            raise MissingDriverError from None
        except (ArgumentError, NoSuchModuleError, ValueError):
            raise StoreUnreachableError from None
        # On PostgreSQL each statement would otherwise see what was committed just before it. The
        # writer wants that: it reads after it has waited for its lock.
        self._reader = (
            self.engine.execution_options(isolation_level="REPEATABLE READ")
            if self._is_postgresql
            else self.engine
        )

    @property
    def _is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @property
    def sqlite_path(self) -> Path | None:
        """Where the SQLite file is; None for another database or one in memory."""
        url = self.engine.url
        if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
            return None
        return Path(url.database)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that sees one state of the data and never writes.

        Raises
        ------
        StoreNotReadyError
            If there is no store yet; looking for one must not create its file.
        """
        if self.sqlite_path is not None and not self.sqlite_path.exists():
            raise StoreNotReadyError
        with _calmly(), Session(self._reader) as session:
            yield session

    @contextmanager
    def write(self, *, patient: bool = True) -> Iterator[Session]:
        """Open the one writing session: all of it is committed, or nothing.

        Parameters
        ----------
        patient : bool
            Whether to wait for another writer; what can be done as well next time does not.

        Raises
        ------
        StoreBusyError
            If another writer does not finish within the busy timeout.
        """
        patience = _PATIENCE if patient else _BRIEFLY
        writer = self.engine.execution_options(**{_PATIENCE_OF_WRITER: patience})
        with _calmly(), Session(writer) as session, session.begin():
            if self._is_postgresql:
                session.execute(text(f"SET LOCAL lock_timeout = {patience}"))
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            yield session


_MEANINGS: dict[str, type[StorageError]] = {
    "locked": StoreBusyError,
    "lock timeout": StoreBusyError,
    "no such table": StoreNotReadyError,
    "is full": StoreFullError,
    "readonly": StoreReadOnlyError,
}
"""What the databases say, and the error that says it to a person."""


@contextmanager
def _calmly() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if type(error) not in (DatabaseError, OperationalError):
            raise  # a statement of ours that is wrong: a bug, and no state that a store can be in
        raise _in_words(str(error.orig)) from error


def _in_words(message: str) -> StorageError:
    meant = (error for words, error in _MEANINGS.items() if words in message)
    return next(meant, StoreUnreachableError)()


def _build_engine(url: str) -> Engine:
    engine = create_engine(make_url(url), pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: SqliteConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin on its own: `_begin` does
    for pragma in (
        f"busy_timeout = {_PATIENCE}",  # first: switching to WAL may have to wait, too
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    patience = connection.get_execution_options().get(_PATIENCE_OF_WRITER)
    if patience is None:
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE}")
