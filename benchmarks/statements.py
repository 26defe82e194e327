"""The statements that a piece of work sends to the database, to send them again without it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import ExecutionContext

from storage.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement: what SQLAlchemy was given, and what its driver got."""

    construct: Any
    sql: str
    parameters: Any


def heard(store: Store, work: Callable[[], object]) -> list[Statement]:
    """Return every statement of ``work`` that adds up balances at month starts."""
    found: list[Statement] = []

    def listen(
        _connection: object,
        _cursor: object,
        sql: str,
        parameters: object,
        context: ExecutionContext,
        _is_many: object,
    ) -> None:
        if "month_balance" in sql and "GROUP BY" in sql:
            construct = context.invoked_statement
            found.append(Statement(construct=construct, sql=sql, parameters=parameters))

    event.listen(store.engine, "before_cursor_execute", listen)
    try:
        work()
    finally:
        event.remove(store.engine, "before_cursor_execute", listen)
    return found


def through_sqlalchemy(store: Store, statements: Sequence[Statement]) -> list[list[Any]]:
    """Send them as nrrbot does, and return the rows of each."""
    with store.read() as session:
        return [[*session.execute(statement.construct)] for statement in statements]


def through_driver(store: Store, statements: Sequence[Statement]) -> list[list[Any]]:
    """Send them through the database's own driver, and return the rows of each."""
    with _driver(store) as driver:
        return [
            driver.cursor().execute(statement.sql, statement.parameters).fetchall()
            for statement in statements
        ]


def whole_numbers(rows: list[list[Any]]) -> list[list[tuple[int, ...]]]:
    """Return rows of numbers in one form and order: drivers differ in both. Nothing counts as 0."""
    return [sorted(tuple(int(cell or 0) for cell in row) for row in some) for some in rows]


@contextmanager
def _driver(store: Store) -> Iterator[Any]:
    with store.engine.connect() as connection:
        yield connection.connection.driver_connection
