from datetime import timedelta

import pytest

from storage.access import audit
from storage.access.audit import Entry, own_entry
from storage.channels.posts import (
    DELETED,
    SHARED,
    UNSHARED,
    ChannelSharing,
    count_posts,
    known_channels,
    sharings,
    stamps,
)
from storage.delivery.parcels import State
from storage.digests.subscriptions import set_state
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from tests.storage.parcels import NOON, finish, parcel, put, taken
from tests.storage.subscribers import subscribe

LATER = NOON + timedelta(days=1)


def write(store: Store, *entries: Entry) -> None:
    for entry in entries:
        with store.write(ledger=False) as session:
            audit.append(session, entry)


def shared_answer(channel_id: str = "C1", decision: str = "allow") -> Entry:
    return Entry(
        at=NOON,
        actor="U1",
        team="T1",
        action="share",
        surface="private channel",
        decision=decision,
        request_id="1",
        channel=channel_id,
    )


def noted(action: str, channel_id: str = "C1") -> Entry:
    return own_entry(action, team_id="T1", channel_id=channel_id, at=LATER)


def send(store: Store, key: str, channel_id: str, *, kind: str = "digest", ts: str = "1.1") -> None:
    put(store, parcel(key, kind=kind, channel_id=channel_id))
    finish(store, taken(store), State.SENT, slack_channel_id=channel_id, slack_ts=ts)


def known(store: Store) -> set[str]:
    with store.read() as session:
        return known_channels(session)


def count(store: Store, channel_id: str = "C1") -> int:
    with store.read() as session:
        return count_posts(session, channel_id)


@pytest.mark.parametrize("state", [SubscriptionState.ACTIVE, SubscriptionState.SUSPENDED])
def test_a_subscribed_channel_is_known_though_nothing_was_posted(
    store: Store, state: SubscriptionState
) -> None:
    subscription = subscribe(store, channel_id="C7")
    with store.write(ledger=False) as session:
        set_state(session, subscription.id, state, now=NOON)

    assert known(store) == {"C7"}


def test_one_whose_digest_was_removed_is_known_by_what_is_there(store: Store) -> None:
    subscription = subscribe(store, channel_id="C7")
    with store.write(ledger=False) as session:
        set_state(session, subscription.id, SubscriptionState.REMOVED, now=NOON)

    assert known(store) == set()
    send(store, "k1", "C7")
    assert known(store) == {"C7"}


def test_direct_messages_and_notices_make_no_channel_known(store: Store) -> None:
    send(store, "k1", "D1", kind="alert")
    send(store, "k2", "C2", kind="notice")

    assert known(store) == set()


def test_a_channel_with_a_shared_answer_is_known_and_one_that_was_refused_it_is_not(
    store: Store,
) -> None:
    write(store, shared_answer("G1"), shared_answer("C2", "deny"))

    assert known(store) == {"G1"}


def test_posts_are_counted_where_they_are_shared_answers_too(store: Store) -> None:
    send(store, "k1", "C1")
    put(store, parcel("k2", channel_id="C1"))
    write(store, shared_answer(), shared_answer("C2"), shared_answer(decision="deny"))

    assert count(store) == 2
    assert count(store, "C2") == 1
    assert count(store, "C3") == 0


def test_what_was_deleted_is_counted_and_named_no_more(store: Store) -> None:
    send(store, "k1", "C1", ts="1.1")
    write(store, shared_answer(), noted(DELETED))

    assert count(store) == 0
    with store.read() as session:
        assert stamps(session, "C1") == []


def test_the_stamps_of_a_channel_are_the_newest_first(store: Store) -> None:
    for number in ("1", "2"):
        put(store, parcel(number, channel_id="C1"))
        held = taken(store, now=NOON + timedelta(hours=int(number)))
        at = NOON + timedelta(hours=int(number))
        finish(store, held, State.SENT, slack_channel_id="C1", slack_ts=f"{number}.1", now=at)
    send(store, "3", "C2", ts="3.1")

    with store.read() as session:
        assert stamps(session, "C1") == ["2.1", "1.1"]


def test_how_a_channel_was_last_found_is_what_counts(store: Store) -> None:
    write(store, noted(SHARED, "C1"), noted(SHARED, "C2"), noted(UNSHARED, "C1"))

    with store.read() as session:
        assert sharings(session) == {
            "C1": ChannelSharing(number=3, is_shared=False),
            "C2": ChannelSharing(number=2, is_shared=True),
        }
    assert known(store) == {"C1", "C2"}
