"""Two who read the same before either wrote: one wins."""

from collections.abc import Iterator
from threading import Barrier

from sqlmodel import Session

from storage.delivery.claiming import claim
from storage.delivery.outbox import enqueue
from storage.delivery.parcels import Claim
from storage.digests.runs import DigestRun, RunOutcome, planned_weeks, record
from storage.store.engine import Store
from tests.storage.parcels import NOON, cells, finish, parcel, put, take, taken
from tests.storage.racing import LEVELS, MANY, Isolation, all_have_read, at_once, unlocked
from tests.storage.stores import contents
from tests.storage.subscribers import subscribe


@LEVELS
def test_of_two_who_saw_the_same_message_one_claims_it(
    postgresql_store: Store, isolation: Isolation
) -> None:
    store = postgresql_store
    put(store, parcel())

    with all_have_read(store, "outbox"):
        claims = at_once(
            lambda number: unlocked(
                store,
                isolation,
                lambda session: claim(session, owner=f"w{number}", now=NOON, team_id="T1"),
            )
        )

    [winner] = filter(None, claims)
    assert cells(store, "owner", "generation", "attempts") == [(winner.lease.owner, 1, 1)]


@LEVELS
def test_of_two_who_saw_a_lease_run_out_one_takes_it_over(
    postgresql_store: Store, isolation: Isolation
) -> None:
    store = postgresql_store
    put(store, parcel())
    stalled = taken(store, owner="stalled")
    later = stalled.lease.until

    with all_have_read(store, "outbox"):
        claims = at_once(
            lambda number: unlocked(
                store,
                isolation,
                lambda session: claim(session, owner=f"w{number}", now=later, team_id="T1"),
            )
        )

    [winner] = filter(None, claims)
    assert winner.doubt is not None
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
    assert cells(store, "owner", "generation") == [(winner.lease.owner, 1)]


def test_of_many_one_gets_a_channel_that_two_messages_wait_for(store: Store) -> None:
    put(store, parcel("a"), parcel("b"))

    claims = at_once(lambda number: take(store, owner=f"w{number}"), MANY)

    assert [found.parcel.dedupe_key for found in filter(None, claims)] == ["a"]


def test_many_share_the_messages_and_nobody_gets_anothers(store: Store) -> None:
    keys = [f"k{number}" for number in range(3 * MANY)]
    put(store, *(parcel(key, channel_id=f"C-{key}") for key in keys))

    def work(number: int) -> list[str]:
        return [found.parcel.dedupe_key for found in iter_claims(store, f"w{number}")]

    claimed = at_once(work, MANY)
    assert sorted(key for found in claimed for key in found) == sorted(keys)


def iter_claims(store: Store, owner: str) -> Iterator[Claim]:
    while (found := take(store, owner=owner)) is not None:
        yield found


def test_of_many_who_saw_a_week_unplanned_one_plans_it(store: Store) -> None:
    number = subscribe(store).id
    all_looked = Barrier(MANY, timeout=60)

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
