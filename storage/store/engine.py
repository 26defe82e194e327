"""From a database URL to sessions: one way to read, one way to write."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any
from weakref import finalize

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, UnboundExecutionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from storage.errors import MissingDriverError, StoreCrowdedError, StoreUnreachableError
from storage.store.driver_errors import meaning
from storage.store.files import absence, file_trouble
from storage.store.locks import AdvisoryLock, lock_until_commit
from storage.store.messages import begin, beginning, keeping
from storage.store.prepared import read_opening

_NO_URL = (
    "DATABASE_URL names no database: use sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
)
_CACHE_KIB = 16 * 1024  # holds the two months of a period, or each look-up reads the file again
_PATIENCE_OF_WRITER = "nrrbot_patience_of_writer"
_PATIENCE = 5_000  # milliseconds that a writer waits for the one before it
_BRIEFLY = 20  # the same for a writer that can as well come another time
_CONNECTION = {
    "application_name": "nrrbot",
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""Connection arguments for PostgreSQL, unless the URL says otherwise; times in seconds."""
_MORE_WHEN_BUSY = 10  # connections beyond those that are kept open
_POOL_SECONDS = 10  # to wait for one of them while all are in use


class Store:
    """A database and the two kinds of session on it; nothing is connected until first use.

    Parameters
    ----------
    url : str
        Such as ``sqlite:///nrrbot.db`` or ``postgresql://user:password@host/database``.
    pool_size : int
        How many connections to PostgreSQL are kept open; when busy there are up to ten more.
    timeout_seconds : int, optional
        How long a reading session on PostgreSQL waits for any one statement.
    """

    def __init__(self, url: str, *, pool_size: int = 5, timeout_seconds: int | None = None) -> None:
        try:
            self.engine = _build_engine(make_url(url), pool_size=pool_size)
        except ModuleNotFoundError:
            raise MissingDriverError from None
        except (ArgumentError, NoSuchModuleError, ValueError):
            raise StoreUnreachableError(_NO_URL) from None
        finalize(self, self.engine.dispose)  # who drops a store closes its connections
        # On PostgreSQL each statement would otherwise see what was committed just before it. The
        # writer wants that: it reads after it has waited for its lock.
        words = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        options = beginning(words) if self._is_postgresql else {}
        self._reader = self.engine.execution_options(**options)
        self._writer_words = "BEGIN"
        if timeout_seconds is not None and self._is_postgresql:
            event.listen(self.engine, "connect", partial(_limit, seconds=timeout_seconds))
            self._writer_words += "; SET LOCAL statement_timeout = 0"

    @property
    def _is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @cached_property
    def sqlite_path(self) -> Path | None:
        """Where the SQLite file is; None for another database or one in memory."""
        url = self.engine.url
        if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
            return None
        return Path(url.database)

    @contextmanager
    def read(
        self, *, elsewhere: Mapping[type[SQLModel], Engine] | None = None
    ) -> Iterator[Session]:
        """Open a session that sees one state of the data and never writes.

        Parameters
        ----------
        elsewhere : mapping of table to engine, optional
            Tables that are read from another database.

        Raises
        ------
        StoreNotReadyError
            If there is no store yet; looking for one must not create its file.
        StoreSlowError
            If a statement takes longer than the store waits.
        """
        self._require_file()
        with (
            self._calmly(),
            self._reader.connect() as connection,  # gives back a transaction that is left open
            Session(connection) as session,
            keeping(session),
        ):
            for table, engine in (elsewhere or {}).items():
                session.bind_mapper(table, engine)
            yield session

    @contextmanager
    def glance(self) -> Iterator[Session]:
        """Open a session that has what any answer begins with; what needs more leaves the block.

        Most answers are remembered: a session that can read on takes longer than all they need.

        Raises
        ------
        StoreNotReadyError, StoreSlowError
            As `read`.
        """
        self._require_file()
        with self._calmly():
            rows = read_opening(self._reader)
        session = Session()  # of no database
        with keeping(session, rows), suppress(UnboundExecutionError):
            yield session

    def _require_file(self) -> None:
        if self.sqlite_path is not None and (why := absence(self.sqlite_path)) is not None:
            raise why

    @contextmanager
    def write(self, *, patient: bool = True, ledger: bool = True) -> Iterator[Session]:
        """Open the one writing session: all of it is committed, or nothing.

        Parameters
        ----------
        patient : bool
            Whether to wait for another writer; what can be done as well next time does not.
        ledger : bool
            Whether it writes the ledger. What does not, such as the outbox, does not wait for who
            does on PostgreSQL; SQLite has one writer in any case.

        Raises
        ------
        StoreBusyError
            If another writer does not finish within the busy timeout.
        """
        patience = _PATIENCE if patient else _BRIEFLY
        options: dict[str, Any] = {_PATIENCE_OF_WRITER: patience}
        if self._is_postgresql:
            options = beginning(f"{self._writer_words}; SET LOCAL lock_timeout = {patience}")
        writer = self.engine.execution_options(**options)
        with self._calmly(), Session(writer) as session, session.begin():
            lock_until_commit(session, AdvisoryLock.LEDGER if ledger else AdvisoryLock.OTHER)
            yield session

    @contextmanager
    def _calmly(self) -> Iterator[None]:
        driver: Any = self.engine.dialect.loaded_dbapi
        try:
            yield
        except PoolTimeoutError as error:
            raise StoreCrowdedError from error
        except (DBAPIError, driver.Error) as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            path = self.sqlite_path
            meant = (path and cause and file_trouble(cause, path)) or meaning(cause, driver)
            if meant is None:
                raise
            raise meant from error


def _build_engine(url: URL, *, pool_size: int) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url)
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
        return engine
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",  # the driver must not begin on its own: `begin` does
        pool_size=pool_size,
        max_overflow=_MORE_WHEN_BUSY,
        pool_timeout=_POOL_SECONDS,
        connect_args={name: value for name, value in _CONNECTION.items() if name not in url.query},
    )
    event.listen(engine, "begin", begin)
    return engine


def _limit(connection: Any, _: ConnectionPoolEntry, *, seconds: int) -> None:  # noqa: ANN401 - psycopg's
    connection.execute(f"SET statement_timeout = '{seconds}s'")


def _set_pragmas(connection: SqliteConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin on its own: `_begin` does
    for pragma in (
        f"busy_timeout = {_PATIENCE}",  # first: switching to WAL may have to wait, too
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"cache_size = -{_CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    patience = connection.get_execution_options().get(_PATIENCE_OF_WRITER)
    if patience is None:
        begin(connection)
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_PATIENCE}")
