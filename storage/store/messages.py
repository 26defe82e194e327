"""The driver's own connection behind a session, and messages of several statements to PostgreSQL.

A message costs PostgreSQL and us a wait for each other; what it carries costs little beside that.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection
from sqlmodel import Session

_KEPT = "what a reading session keeps"
_BEGIN = "nrrbot_begin"
_WAS_USED = "nrrbot_was_used"
_OUTSIDE = (0, 4)
"""Statuses of a connection to PostgreSQL that has no transaction: idle, and lost."""
Rows = list[tuple[Any, ...]]


@dataclass(slots=True)
class Kept:
    """What a session that sees one state of the data reads once: rows by who reads them."""

    rows: dict[Any, Rows] = field(default_factory=dict)
    driver: Any = None


@contextmanager
def keeping(session: Session, rows: Mapping[Any, Rows] = MappingProxyType({})) -> Iterator[None]:
    """Have a session that sees one state of the data keep what it reads, and ``rows`` of it."""
    session.info[_KEPT] = Kept({**rows})
    try:
        yield
    finally:
        del session.info[_KEPT]


def kept_by(session: Session) -> Kept | None:
    """Find what a reading session keeps; None for one that writes."""
    found: Kept | None = session.info.get(_KEPT)
    return found


def dialect_of(session: Session) -> Dialect:
    """Find the dialect of a session's database, without a connection."""
    return session.get_bind().dialect


def is_postgresql(session: Session) -> bool:
    """Tell whether a session's store is on PostgreSQL; the other one is SQLite."""
    return dialect_of(session).name == "postgresql"


def driver_of(session: Session) -> Any:  # noqa: ANN401 - each driver has a type of its own
    """Find the driver's connection: the layers around it take longer than a small read does."""
    kept = kept_by(session)
    if kept is None:
        return session.connection().connection.driver_connection
    if kept.driver is None:
        connection = _connection_of(session)
        begin(connection)
        kept.driver = connection.connection.driver_connection
    return kept.driver


def _connection_of(session: Session) -> Connection:
    return cast(Connection, session.get_bind())  # as `Store.read` opens them


def beginning(words: str) -> dict[str, str]:
    """Build the options of an engine on PostgreSQL whose transactions begin with these words."""
    return {_BEGIN: words}


def begin(connection: Connection) -> None:
    """Begin a transaction as an engine's options say, unless a read by the driver has begun it."""
    if not _is_begun(connection):
        _open(connection, [])


def _is_begun(connection: Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        return driver.pgconn.transaction_status not in _OUTSIDE
    return bool(driver.in_transaction)


def _open(connection: Connection, statements: Sequence[str]) -> Any:  # noqa: ANN401 - psycopg's
    """Send the words that begin a transaction, and statements that go along.

    That message shows whether a pooled connection is still there: another one to ask would take as
    long. One that was lost while nobody used it is replaced.
    """
    words = connection.get_execution_options().get(_BEGIN, "BEGIN")
    sent = _send(connection.connection, connection.dialect, "; ".join((words, *statements)))
    if sent is None:
        connection.invalidate()
        return _open(connection, statements)
    return sent


def _send(pooled: PoolProxiedConnection, dialect: Dialect, message: str, **how: bool) -> Any:  # noqa: ANN401 - psycopg's
    """Send the first message of a session; None where the connection was lost before."""
    driver: Any = pooled.driver_connection
    was_used = pooled.info.setdefault(_WAS_USED, False)
    pooled.info[_WAS_USED] = True
    try:
        return driver.execute(message, **how)
    except dialect.loaded_dbapi.Error as error:
        if was_used and dialect.is_disconnect(error, driver, None):
            return None
        raise


def rows_together(session: Session, statements: Sequence[str]) -> list[Rows]:
    """Read the rows of several statements without parameters in one message to PostgreSQL."""
    if kept_by(session) is None or _is_begun(_connection_of(session)):
        return [*_results(driver_of(session).execute("; ".join(statements)))]
    return [*_results(_open(_connection_of(session), statements))]


def binary_rows_together(session: Session, statements: Sequence[str]) -> list[Rows]:
    """Read the same in PostgreSQL's binary form, in which arrays come as they are."""
    cursors = (
        f"DECLARE {name} BINARY CURSOR FOR {statement}; FETCH ALL FROM {name}; CLOSE {name}"
        for name, statement in ((f"rows_{n}", one) for n, one in enumerate(statements))
    )
    return rows_together(session, [*cursors])


def rows_at_once(engine: Engine, statements: Sequence[str]) -> list[Rows]:
    """Read the rows of several statements without parameters in one state of the data.

    On a connection of the pool itself: SQLAlchemy's own around it would take as long again.
    """
    with closing(engine.raw_connection()) as pooled:
        if engine.dialect.name != "postgresql":
            driver: Any = pooled.driver_connection
            driver.execute("BEGIN")
            found = [driver.execute(statement).fetchall() for statement in statements]
            driver.execute("COMMIT")
            return found
        # One statement sees one state without a transaction, and its plan is kept. In binary form
        # the cells of rows in an array keep their types.
        arrays = ", ".join(f"ARRAY(SELECT t FROM ({one}) AS t)" for one in statements)  # noqa: S608 # nosec
        sent = _send(pooled, engine.dialect, f"SELECT {arrays}", prepare=True, binary=True)
        if sent is not None:
            return [*sent.fetchone()]
        pooled.invalidate()
    return rows_at_once(engine, statements)


def _results(cursor: Any) -> Iterator[Rows]:  # noqa: ANN401 - psycopg's
    is_more = True
    while is_more:
        if cursor.description is not None:
            yield cursor.fetchall()
        is_more = cursor.nextset()
