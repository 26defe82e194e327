"""Alerts as people meet them: a direct message with its picture, and what its buttons do."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.app import find_workspace, slack_client
from bot.blocks.alert_buttons import (
    ALERT_ACCOUNTS,
    ALERT_ACKNOWLEDGE,
    ALERT_ANSWER,
    ALERT_DETAILS,
    ALERT_MUTE,
    ALERT_SNOOZE,
)
from bot.clock import utc_now
from bot.dispatching import build_dispatch
from bot.jobs.clock_guard import ClockGuard
from bot.metering import Meter
from metrics.period_grammar import shift_months
from storage import schema
from storage.alert_rules import set_recipients
from storage.engine import Store
from tests.bot.delivery.letters import Office
from tests.bot.edge import approve, let, running_bot, settings_for
from tests.slack.messages import Message
from tests.slack.people import Channel, ChannelKind, User, UserKind
from tests.slack.server import FakeSlack
from tests.slack.waiting import wait_for
from tests.storage.courses import DROP, STEADY, course, month
from tests.storage.stores import import_text, open_store

pytestmark = pytest.mark.slack


@pytest.fixture
def office(slack: FakeSlack, tmp_path: Path, ana: User, revops: Channel) -> Iterator[Office]:
    """A company whose NRR fell to 98 % for two months, with enterprise, and who administers it."""
    with open_store(tmp_path / "nrrbot.db") as store:
        schema.upgrade(store)
        text = course(enterprise=DROP, smb=[*STEADY, "102", "102"])
        import_text(store, text, closed_through=month(8))
        let(store, ana.id, account_detail=True)
        yield Office(slack=slack, store=store, owner=ana, channel=revops)


def told(office: Office, **settings: object) -> list[Message]:
    """Let the bot evaluate and tell until nothing is on its way; return the direct messages."""
    configured = settings_for(office.slack, nrrbot_admin=office.owner.id, **settings)
    dispatch = build_dispatch(
        configured,
        store=office.store,
        workspace=find_workspace(slack_client(configured)),
        meter=Meter(now=time.monotonic),
        guard=ClockGuard(now=utc_now, monotonic=time.monotonic),
    )
    dispatch.start()
    try:
        wait_for(lambda: is_all_said(office), timeout=60)
    finally:
        dispatch.stop()
    return direct_messages(office, office.owner)


def is_all_said(office: Office) -> bool:
    rows = office.rows()
    return bool(rows) and all(
        row.state in {"sent", "dead"} and row.picture_state != "wanted" for row in rows
    )


def direct_messages(office: Office, person: User) -> list[Message]:
    channel = office.slack.workspace.open_dm(person.id)
    return office.slack.workspace.messages(channel.id)


def heard_by(store: Store, *people: str) -> None:
    for rule_id in ("sustained-drop", "shock", "floor", "masking"):
        with store.write(ledger=False) as session:
            set_recipients(session, rule_id, people, now=utc_now())


def test_an_administrator_is_told_of_a_drop_with_its_picture(office: Office) -> None:
    [message] = told(office)

    first = message.text.partition("\n")[0]
    assert "98.0%" in message.text
    assert "enterprise" in message.text
    assert len(first) < 150
    assert [block["type"] for block in message.blocks].count("image") == 1
