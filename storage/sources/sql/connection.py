"""Connection to somebody's database: read only where it can be said, and with a time limit."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from sqlalchemy import URL, Connection, Dialect, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import MissingWarehouseDriverError, SourceFailedError
from storage.warehouse.connection import DRIVERS

SETTING = "NRRBOT_SQL_URL"
_CONNECT_SECONDS = 10
_STEPS = 10_000  # of SQLite's machine between two looks at the clock
_LONGEST = 300  # characters of what a driver says
_SECRET = 4  # characters: shorter ones of a URL's arguments are words such as "on"
_TOO_LONG = ("57014", "interrupted", "STATEMENT_TIMEOUT", "maximum statement execution time")
"""Words by which drivers say that a statement took too long."""


def session_statements(backend: str, seconds: int) -> Sequence[str]:
    """List what is told a database before the query: a time limit, reading only.

    Parameters
    ----------
    backend : str
        The first word of the URL.

    Returns
    -------
    sequence of str
        Empty where the driver is told when it connects, or nothing can be said.
    """
    return {
        "databricks": (f"SET STATEMENT_TIMEOUT = {seconds}",),
        "mariadb": (
            "SET SESSION TRANSACTION READ ONLY",
            f"SET SESSION max_statement_time = {seconds}",
        ),
        "mysql": (
            "SET SESSION TRANSACTION READ ONLY",
            f"SET SESSION max_execution_time = {1000 * seconds}",
        ),
        "redshift": (f"SET statement_timeout TO {1000 * seconds}",),
        "snowflake": (f"ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = {seconds}",),
    }.get(backend, ())


class SourceDatabase:
    """A database that is asked one query at a time; nothing is connected until then.

    Parameters
    ----------
    seconds : int
        How long a query may take, until its last row.
    monotonic : callable
        Seconds of a clock that never goes back.

    Raises
    ------
    StorageError
        If the URL names no database, or one whose driver is not installed.
    """

    def __init__(self, url: str, *, seconds: int, monotonic: Callable[[], float]) -> None:
        self._seconds, self._monotonic = seconds, monotonic
        self._until = 0.0
        try:
            self._url = make_url(url)
            self._engine = self._build()
        except (ImportError, NoSuchModuleError):  # of a dialect without its driver, too
            backend = make_url(url).get_backend_name()
            package = DRIVERS.get(backend)
            raise MissingWarehouseDriverError(backend, package, setting=SETTING) from None
        except (ArgumentError, ValueError):
            raise SourceFailedError(
                f"{SETTING} names no database: write it like"
                " postgresql://USER:PASSWORD@HOST/DATABASE"
            ) from None
        except Exception as error:  # noqa: BLE001 - of a dialect that looks for credentials already
            raise self._unreachable(error) from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection for one query, within the time limit.

        Raises
        ------
        SourceFailedError
            If the database cannot be reached, refuses the query or takes too long.
        """
        self._until = self._monotonic() + self._seconds
        try:
            connection = self._engine.connect()
        except (SQLAlchemyError, OSError) as error:
            raise self._unreachable(error) from None
        with connection:
            try:
                for statement in session_statements(self._url.get_backend_name(), self._seconds):
                    connection.exec_driver_sql(statement)
                yield connection
            except DBAPIError as error:
                raise self._failure(error) from None

    def _unreachable(self, error: Exception) -> SourceFailedError:
        return SourceFailedError(f"the database in {SETTING} cannot be reached: {self.said(error)}")

    def _failure(self, error: DBAPIError) -> SourceFailedError:
        if self.is_late() or _says(error, _TOO_LONG):
            return self.too_late()
        said = self.said(error)
        if error.connection_invalidated:
            return SourceFailedError(
                f"the connection to the database was lost: {said}; the next sync reads it anew"
            )
        return SourceFailedError(f"the database refused the query: {said}")

    def is_late(self) -> bool:
        """Tell whether the query has taken longer than it may."""
        return self._monotonic() > self._until

    def too_late(self) -> SourceFailedError:
        """Say that the query has taken too long."""
        return SourceFailedError(
            f"the query took longer than {self._seconds} seconds: name a watermark, ask for less,"
            " or raise NRRBOT_SQL_TIMEOUT_SECONDS"
        )

    def said(self, error: Exception) -> str:
        """Shorten what a driver says to its first line, without what the URL keeps secret."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        lines = str(cause).strip().splitlines() or [type(cause).__name__]
        told = " ".join(lines[0].split())
        for secret in sorted(_secrets(self._url), key=len, reverse=True):
            told = told.replace(secret, "***")
        return told[:_LONGEST].rstrip(".")

    def _build(self) -> Engine:
        url, backend = self._url, self._url.get_backend_name()
        if backend in ("postgres", "postgresql"):
            return _build_postgresql(url, self._seconds)
        engine = create_engine(url, poolclass=NullPool)
        if backend == "sqlite":
            event.listen(engine, "do_connect", _require_file)
            event.listen(engine, "connect", partial(_limit_sqlite, self.is_late))
        return engine


def _build_postgresql(url: URL, seconds: int) -> Engine:
    if url.drivername in ("postgres", "postgresql"):
        url = url.set(drivername="postgresql+psycopg")
    ours = f"-c default_transaction_read_only=on -c statement_timeout={seconds}s"
    theirs = url.query.get("options", "")  # such as a search path; what is said last counts
    options = " ".join([theirs] if isinstance(theirs, str) else theirs)
    usual = {"application_name": "nrrbot", "connect_timeout": _CONNECT_SECONDS}
    return create_engine(
        url.difference_update_query(["options"]),
        poolclass=NullPool,
        isolation_level="REPEATABLE READ",  # all rows are of one state of the data
        connect_args={name: value for name, value in usual.items() if name not in url.query}
        | {"options": f"{options} {ours}".strip()},
    )


def _require_file(
    _dialect: Dialect, _entry: ConnectionPoolEntry, arguments: list[Any], _named: dict[str, Any]
) -> None:
    # SQLite would create the file, and its lack of tables would hide the slip in its name.
    try:
        Path(arguments[0]).stat()
    except FileNotFoundError:
        raise FileNotFoundError("there is no such file") from None
    except PermissionError:  # some Pythons call what they may not look for absent
        raise PermissionError("the file may not be opened") from None


def _limit_sqlite(is_late: Callable[[], bool], connection: Any, _: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a driver's
    connection.execute("PRAGMA query_only = ON")
    connection.set_progress_handler(is_late, _STEPS)


def _secrets(url: URL) -> Iterator[str]:
    values = [str(url.password or "")]
    for value in url.query.values():
        values += [value] if isinstance(value, str) else value
    for value in values:
        if len(value) >= _SECRET or (value and value == url.password):
            yield from {value, quote(value, safe=""), quote_plus(value)}


def _says(error: DBAPIError, words: Sequence[str]) -> bool:
    told = f"{getattr(error.orig, 'sqlstate', '')} {error.orig}"
    return any(word in told for word in words)
