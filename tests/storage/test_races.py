"""Two who read the same before either wrote: one wins (after Superset's test of its claims)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, get_ident
from typing import Any, Literal, TypeVar

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from storage.digest_runs import DigestRun, RunOutcome, planned_weeks, record
from storage.engine import Store
from storage.outbox import Claim, claim, enqueue
from tests.storage.parcels import NOON, cells, finish, parcel, put, take, taken
from tests.storage.stores import contents
from tests.storage.subscribers import subscribe

T = TypeVar("T")
MANY = 6
SERIALIZATION_FAILURE = "40001"
Isolation = Literal["READ COMMITTED", "REPEATABLE READ"]


def at_once(work: Callable[[int], T], many: int = 2) -> list[T]:
    """Do the same in several threads that begin together."""
    start = Barrier(many, timeout=20)

    def begin(number: int) -> T:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(many) as threads:
        return list(threads.map(begin, range(many)))


@contextmanager
def all_have_read(store: Store, table: str, many: int = 2) -> Iterator[None]:
    """Hold each thread after its first look at a table until all have looked."""
    looked: set[int] = set()
    barrier = Barrier(many, timeout=20)

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


@LEVELS
def test_of_two_who_saw_the_same_message_one_claims_it(
    postgresql_store: Store, isolation: Isolation
) -> None:
    store = postgresql_store
    put(store, parcel())

    with all_have_read(store, "outbox"):
        claims = at_once(
            lambda number: unlocked(
                store, isolation, lambda session: claim(session, owner=f"w{number}", now=NOON)
            )
        )

    [winner] = filter(None, claims)
    assert cells(store, "owner", "generation", "attempts") == [(winner.owner, 1, 1)]


@LEVELS
def test_of_two_who_saw_a_lease_run_out_one_takes_it_over(
    postgresql_store: Store, isolation: Isolation
) -> None:
    store = postgresql_store
    put(store, parcel())
    stalled = taken(store, owner="stalled")
    later = stalled.lease_until

    with all_have_read(store, "outbox"):
        claims = at_once(
            lambda number: unlocked(
                store, isolation, lambda session: claim(session, owner=f"w{number}", now=later)
            )
        )

    [winner] = filter(None, claims)
    assert winner.is_in_doubt
    assert not finish(store, stalled)
    assert finish(store, winner)


@LEVELS
def test_of_two_who_saw_a_week_unplanned_one_plans_it(
    postgresql_store: Store, isolation: Isolation
) -> None:
    number = subscribe(postgresql_store).id

    def plan(session: Session, key: str) -> bool:
        assert planned_weeks(session, number) == set()
        return record(session, week(number), parcel(key), now=NOON)

    with all_have_read(postgresql_store, "digest_run"):
        planned = at_once(
            lambda turn: unlocked(
                postgresql_store, isolation, lambda session: plan(session, f"k{turn}")
            )
        )

    assert planned.count(True) == 1
    assert contents(postgresql_store)["outbox"] == 1


def week(number: int) -> DigestRun:
    return DigestRun(
        subscription_id=number, week="2026-W47", due_at=NOON, outcome=RunOutcome.QUEUED
    )


def test_of_many_one_claims_a_message(store: Store) -> None:
    put(store, parcel())

    claims = at_once(lambda number: take(store, owner=f"w{number}"), MANY)

    [winner] = filter(None, claims)
    assert cells(store, "owner", "generation") == [(winner.owner, 1)]


def test_of_many_one_gets_a_channel_that_two_messages_wait_for(store: Store) -> None:
    put(store, parcel("a"), parcel("b"))

    claims = at_once(lambda number: take(store, owner=f"w{number}"), MANY)

    assert [found.dedupe_key for found in filter(None, claims)] == ["a"]


def test_many_share_the_messages_and_nobody_gets_anothers(store: Store) -> None:
    keys = [f"k{number}" for number in range(3 * MANY)]
    put(store, *(parcel(key, channel_id=f"C-{key}") for key in keys))

    def work(number: int) -> list[str]:
        return [found.dedupe_key for found in iter_claims(store, f"w{number}")]

    claimed = at_once(work, MANY)
    assert sorted(key for found in claimed for key in found) == sorted(keys)


def iter_claims(store: Store, owner: str) -> Iterator[Claim]:
    while (found := take(store, owner=owner)) is not None:
        yield found


def test_of_many_who_saw_a_week_unplanned_one_plans_it(store: Store) -> None:
    number = subscribe(store).id
    all_looked = Barrier(MANY, timeout=20)

    def plan(turn: int) -> bool:
        with store.read() as session:
            assert planned_weeks(session, number) == set()
        all_looked.wait()
        with store.write(ledger=False) as session:
            return record(session, week(number), parcel(f"k{turn}"), now=NOON)

    assert at_once(plan, MANY).count(True) == 1
    assert contents(store)["outbox"] == 1


def test_of_many_who_put_the_same_message_one_does(store: Store) -> None:
    def work(number: int) -> bool:
        with store.write(ledger=False) as session:
            return enqueue(session, parcel(payload_json=f"{number}"), now=NOON)

    assert at_once(work, MANY).count(True) == 1
    assert contents(store)["outbox"] == 1
