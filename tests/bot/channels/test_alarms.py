import json
from datetime import UTC, datetime

import pytest

from bot.access.records import Records
from bot.channels.alarms import ChannelAlarms
from storage.access import audit
from storage.access.grants import Role
from storage.store.engine import Store
from tests.bot.edge import let
from tests.slack.block_kit import find_errors
from tests.storage.racing import at_once
from tests.storage.stores import rows

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)


def alarms(store: Store, admin_channel: str | None = None) -> ChannelAlarms:
    records = Records(store=store, now=lambda: NOW, admin_id="UADMIN")
    return ChannelAlarms(
        store=store,
        records=records,
        team_id="T1",
        admin_channel=admin_channel,
        now=lambda: NOW,
    )


def told(store: Store) -> list[str]:
    return [who for (who,) in rows(store, "SELECT channel_id FROM outbox ORDER BY id")]


def actions(store: Store) -> list[str]:
    with store.read() as session:
        audit.verify(session)
        return [link.entry.action for link in audit.every(session)]


def test_every_administrator_by_name_hears_of_it_and_no_group_and_nobody_else(
    any_store: Store,
) -> None:
    let(any_store, "U1", role=Role.ADMIN)
    let(any_store, "U2", role=Role.ANALYST)
    let(any_store, "S1", role=Role.ADMIN)

    alarms(any_store, "CADMINS").note("C1", is_shared=True)

    assert told(any_store) == ["U1", "UADMIN", "CADMINS"]


def test_of_many_who_find_out_together_one_tells(any_store: Store) -> None:
    at_once(lambda _: alarms(any_store).note("C1", is_shared=True), many=4)

    assert told(any_store) == ["UADMIN"]
    assert actions(any_store) == ["channel_shared"]


def test_the_same_finding_again_is_no_news(any_store: Store) -> None:
    for is_shared in (False, True, True, False, False, True):
        alarms(any_store).note("C1", is_shared=is_shared)

    assert told(any_store) == ["UADMIN"] * 2
    assert actions(any_store) == ["channel_shared", "channel_unshared", "channel_shared"]


@pytest.mark.parametrize("channel_id", ["C1", "G0987654321"])
def test_what_is_said_is_what_slack_takes_and_asks_before_it_deletes(
    any_store: Store, channel_id: str
) -> None:
    alarms(any_store).note(channel_id, is_shared=True)

    [(payload,)] = rows(any_store, "SELECT payload_json FROM outbox")
    said = json.loads(payload)
    assert find_errors(said["blocks"]) == []
    [button] = said["blocks"][-1]["elements"]
    assert (button["value"], button["style"]) == (channel_id, "danger")
    assert button["confirm"]["confirm"]["text"] == "Delete"
    assert said["text"].startswith(said["blocks"][0]["text"]["text"])
