"""Two who read the same before either wrote (after Superset's test of its claims)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, get_ident
from typing import Any, Literal, TypeVar

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from storage.store.engine import Store

T = TypeVar("T")
MANY = 6
"""How many begin together where a test does not say."""
SERIALIZATION_FAILURE = "40001"
Isolation = Literal["READ COMMITTED", "REPEATABLE READ"]


def at_once(work: Callable[[int], T], many: int = 2) -> list[T]:
    """Do the same in several threads that begin together."""
    start = Barrier(many, timeout=60)

    def begin(number: int) -> T:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(many) as threads:
        return list(threads.map(begin, range(many)))


@contextmanager
def all_have_read(store: Store, table: str, many: int = 2) -> Iterator[None]:
    """Hold each thread after its first look at a table until all have looked."""
    looked: set[int] = set()
    barrier = Barrier(many, timeout=60)

    def hold(_: object, __: object, statement: str, *___: Any) -> None:  # noqa: ANN401
        if statement.startswith("SELECT") and f"FROM {table}" in statement:
            if get_ident() in looked:
                return
            looked.add(get_ident())
            barrier.wait()

    event.listen(store.engine, "after_cursor_execute", hold)
    try:
        yield
    finally:
        event.remove(store.engine, "after_cursor_execute", hold)
    assert len(looked) == many


def unlocked(store: Store, isolation: Isolation, work: Callable[[Session], T]) -> T | None:
    """Write without the lock that writers take turns by; None if the database refuses."""
    engine = store.engine.execution_options(isolation_level=isolation)
    try:
        with Session(engine) as session, session.begin():
            return work(session)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != SERIALIZATION_FAILURE:
            raise
        return None


LEVELS = pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ"])
