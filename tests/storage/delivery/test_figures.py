from datetime import timedelta

from storage.delivery.figures import count_by_state, count_sent, oldest_due
from storage.store.engine import Store
from tests.storage.parcels import LATER, NOON, SECOND, finish, parcel, put, taken


def test_messages_are_counted_by_state_and_kind(store: Store) -> None:
    put(store, parcel("a"), parcel("b"), parcel("c", kind="notice", channel_id="U1"))
    finish(store, taken(store))

    with store.read() as session:
        assert count_by_state(session) == {
            ("sent", "digest"): 1,
            ("pending", "digest"): 1,
            ("pending", "notice"): 1,
        }


def test_what_was_sent_after_a_moment_is_counted_by_kind(store: Store) -> None:
    put(
        store,
        parcel("a"),
        parcel("b", channel_id="C2"),
        parcel("c", kind="notice", channel_id="U1"),
    )
    finish(store, taken(store))
    finish(store, taken(store), now=LATER)
    finish(store, taken(store), now=LATER)

    with store.read() as session:
        assert count_sent(session, kind="digest", since=NOON - SECOND) == 2
        assert count_sent(session, kind="digest", since=NOON) == 1
        assert count_sent(session, kind="alert", since=NOON - SECOND) == 0


def test_the_oldest_due_is_of_what_could_be_sent_by_now(store: Store) -> None:
    hour = timedelta(hours=1)
    with store.read() as session:
        assert oldest_due(session, now=NOON, team_id="T1") is None
    put(store, parcel("sent", due_at=NOON - 3 * hour))
    finish(store, taken(store))
    put(store, parcel("later", due_at=NOON - 2 * hour), now=LATER)
    put(store, parcel("now", due_at=NOON - hour))
    put(store, parcel("of another workspace", due_at=NOON - 4 * hour, team_id="T2"))

    with store.read() as session:
        assert oldest_due(session, now=NOON, team_id="T1") == NOON - hour
        assert oldest_due(session, now=LATER, team_id="T1") == NOON - 2 * hour
