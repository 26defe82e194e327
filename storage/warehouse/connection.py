"""Connection to the warehouse: an engine elsewhere that holds the ledger and is never written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Dialect,
    Engine,
    ExceptionContext,
    NullPool,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from storage.errors import (
    MissingWarehouseDriverError,
    WarehouseRefusedError,
    WarehouseUnreachableError,
)

CONNECT_SECONDS = 10
ANSWER_SECONDS = 120  # a cold cluster starts its workers first
DRIVERS = {
    "bigquery": "sqlalchemy-bigquery",
    "databricks": "databricks-sqlalchemy",
    "hive": "pyhive thrift thrift-sasl pure-sasl",
    "redshift": "sqlalchemy-redshift psycopg2-binary",
    "snowflake": "snowflake-sqlalchemy",
}
"""The driver to install for the first word of a URL."""
_POSTGRESQL = {
    "application_name": "nrrbot",
    "connect_timeout": CONNECT_SECONDS,
    "options": f"-c default_transaction_read_only=on -c statement_timeout={ANSWER_SECONDS}s",
}
_REFUSALS = ("no such", "TExecuteStatementResp")  # SQLite's and Thrift servers' words for it


class Warehouse:
    """The engine that WAREHOUSE_URL names; nothing is connected until first use.

    Every error that it gives, wherever it is used, is a `StorageError` that says what to do.
    """

    def __init__(self, url: str) -> None:
        try:
            self.engine = _build_engine(url)
        except (ImportError, NoSuchModuleError):  # of a dialect without its driver, too
            backend = make_url(url).get_backend_name()
            raise MissingWarehouseDriverError(backend, DRIVERS.get(backend)) from None
        except Exception:  # noqa: BLE001 - no URL, or a dialect that looks for credentials already
            raise WarehouseUnreachableError from None
        event.listen(self.engine, "handle_error", _in_words)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session on the warehouse alone."""
        with Session(self.engine) as session:
            yield session


def _build_engine(url: str) -> Engine:
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return _build_postgresql(parsed)
    engine = create_engine(parsed, poolclass=NullPool)  # asked too rarely to keep a connection
    if backend == "sqlite":
        event.listen(engine, "do_connect", _require_file)
        event.listen(engine, "connect", _forbid_writing)
    if backend == "hive":
        from storage.warehouse.hive import connect  # noqa: PLC0415 - its driver is optional

        event.listen(engine, "do_connect", partial(_connect_to_hive, connect))
    return engine


def _build_postgresql(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return create_engine(
        url,
        poolclass=NullPool,
        isolation_level="REPEATABLE READ",  # one answer, one state of the data
        connect_args={name: value for name, value in _POSTGRESQL.items() if name not in url.query},
    )


def _require_file(
    _dialect: Dialect, _entry: ConnectionPoolEntry, arguments: list[Any], _named: dict[str, Any]
) -> None:
    # SQLite would create the file, and an empty ledger would look like a missing one.
    try:
        Path(arguments[0]).stat()
    except OSError as error:
        raise WarehouseUnreachableError from error


def _forbid_writing(connection: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a driver's
    connection.execute("PRAGMA query_only = ON")


def _connect_to_hive(
    connect: Callable[..., object],
    _dialect: Dialect,
    _entry: ConnectionPoolEntry,
    _arguments: list[Any],
    named: dict[str, Any],
) -> object:
    return connect(
        connect_seconds=CONNECT_SECONDS, answer_seconds=ANSWER_SECONDS, url_arguments=named
    )


def _in_words(context: ExceptionContext) -> None:
    error = context.original_exception
    if not isinstance(error, Exception):  # somebody pressed Ctrl-C
        return
    dbapi: Any = context.dialect.loaded_dbapi
    refused = isinstance(error, dbapi.ProgrammingError) or any(
        words in str(error) for words in _REFUSALS
    )
    raise (WarehouseRefusedError if refused else WarehouseUnreachableError) from error
