"""Digests of a channel and of a person, listed and sent without Slack."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.digests.composing import ComposedDigest
from bot.digests.home_parts import own_digests
from bot.digests.subscribing import Subscribing
from bot.errors import UsageError
from bot.slack.sent import Asker
from bot.style.rendering import message_of
from storage.delivery.parcels import Body
from storage.digests.subscriptions import set_state
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from tests.storage.at_head import sqlite_at_head
from tests.storage.stores import rows
from tests.storage.subscribers import subscribe

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANA = Asker(user_id="U1", team_id="T1")


@pytest.fixture
def store() -> Iterator[Store]:
    with sqlite_at_head().fresh() as found:
        yield found


@pytest.fixture
def subscribing(store: Store) -> Subscribing:
    composed = ComposedDigest(
        payload_json="{}",
        pictures=(),
        data_version=1,
        fingerprint="",
        posted=(),
        thread=Body(payload_json="{}"),
    )
    return Subscribing(store=store, compose=lambda *_: composed, now=lambda: NOW)


def put(store: Store, number: int, state: SubscriptionState, reason: str | None = None) -> None:
    with store.write(ledger=False) as session:
        set_state(session, number, state, now=NOW, reason=reason)


def test_what_is_asked_for_once_is_sent_once_though_slack_asks_again(
    store: Store, subscribing: Subscribing
) -> None:
    digest = subscribe(store)

    for _ in range(2):
        subscribing.send_now(digest, request_id="r1")

    assert rows(store, "SELECT kind FROM outbox ORDER BY id") == [("digest",), ("thread",)]


def test_a_digest_that_was_removed_or_is_anothers_is_none_of_ones_own(
    store: Store, subscribing: Subscribing
) -> None:
    own, removed, bobs = subscribe(store), subscribe(store), subscribe(store, owner_id="U2")
    put(store, removed.id, SubscriptionState.REMOVED)

    assert subscribing.own(own.id, "U1") == own
    for number in (removed.id, bobs.id, 99):
        with pytest.raises(UsageError, match=f"you have no digest {number} any more"):
            subscribing.own(number, "U1")


def test_a_persons_digests_say_when_they_come_or_why_they_do_not(
    store: Store, subscribing: Subscribing
) -> None:
    for _ in range(3):
        subscribe(store)
    put(store, 2, SubscriptionState.PAUSED)
    put(store, 3, SubscriptionState.SUSPENDED, "is_archived")

    said = message_of(own_digests(subscribing, ANA)).text.split("\n")

    about = "#C1: the whole company by segment, last complete month"
    assert said == [
        "Your digests: 3",
        f"1. {about}; next Monday 23 November 09:00 (Europe/Berlin)",
        f"2. {about}; paused",
        f"3. {about}; suspended, the channel is archived",
    ]
