"""An update reaches a message only from whoever holds it, with time left for Slack's answer."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.delivery.outcomes import LEASE_LEFT
from bot.delivery.updating import FencedUpdateError, Updater, unchanged
from storage.store.engine import Store
from tests.storage import parcels
from tests.storage.at_head import sqlite_at_head
from tests.storage.parcels import NOON, SECOND, put, taken


@pytest.fixture
def store() -> Iterator[Store]:
    with sqlite_at_head().fresh() as found:
        yield found


@dataclass
class Slack:
    """Takes every update, and tells of each."""

    updates: list[str] = field(default_factory=list)

    def chat_update(self, *, text: str, **_: object) -> None:
        self.updates.append(text)

    def slack_now(self) -> datetime:
        return NOON


def updater(store: Store, slack: Any, *, now: datetime) -> Updater:  # noqa: ANN401 - a client
    admission: Any = SimpleNamespace(admit=lambda claim: claim)
    return Updater(store=store, client=slack, admission=admission, amend=unchanged, now=lambda: now)


def test_whoever_holds_the_message_updates_it_while_there_is_time(store: Store) -> None:
    put(store, parcels.parcel(payload_json='{"text": "NRR", "blocks": [{"type": "divider"}]}'))
    claim, slack = taken(store), Slack()

    updater(store, slack, now=NOON).update(claim, tuple)
    late = updater(store, slack, now=claim.lease.until - LEASE_LEFT)
    with pytest.raises(FencedUpdateError):
        late.update(claim, tuple)

    assert slack.updates == ["NRR"]


def test_whoever_lost_the_message_to_another_courier_updates_nothing(store: Store) -> None:
    put(store, parcels.parcel(payload_json='{"text": "NRR", "blocks": [{"type": "divider"}]}'))
    claim, slack = taken(store), Slack()
    later = claim.lease.until + SECOND
    taken(store, now=later, owner="w2")

    with pytest.raises(FencedUpdateError):
        updater(store, slack, now=later - timedelta(minutes=2)).update(claim, tuple)

    assert slack.updates == []
