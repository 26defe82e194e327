"""The sweep gives pictures up by the clock that says when their message was sent."""

from datetime import timedelta

import pytest

from bot.answers.services import Services
from bot.channels.wiring import feature
from bot.clock import utc_now
from bot.slack.client import find_workspace, slack_client
from storage.store.engine import Store
from tests.bot.delivery.letters import Office
from tests.bot.edge import settings_for
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

pytestmark = [pytest.mark.slack, pytest.mark.postgres]


@pytest.fixture
def office(slack: FakeSlack, any_store: Store, ana: User, revops: Channel) -> Office:
    return Office(slack=slack, store=any_store, owner=ana, channel=revops)


@pytest.mark.parametrize("any_template", ["postgresql"], indirect=True)
@pytest.mark.parametrize("minutes", [-60, 60])
def test_pictures_of_a_message_just_sent_stay_whatever_this_machines_clock_says(
    office: Office, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    key = office.enqueue(office.subscribe(), pictures=1)
    assert office.courier().work_once()
    chosen = settings_for(office.slack)
    client = slack_client(chosen)
    off = timedelta(minutes=minutes)
    monkeypatch.setattr("bot.channels.wiring.utc_now", lambda: utc_now() + off)
    services = Services.of(
        chosen, store=office.store, client=client, workspace=find_workspace(client)
    )
    [sweep] = feature(services).jobs

    sweep.build()()

    assert office.row(key).picture_state == "wanted"
