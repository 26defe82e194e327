"""When an alert is due: by the clock of the store, as whoever sends it reads it."""

from datetime import timedelta

import pytest

from bot.alerts.evaluating import Evaluator
from bot.alerts.wiring import build_alert_job
from bot.answers.answers import Answers
from bot.slack.client import slack_client
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
def test_an_alert_is_on_time_whatever_the_clock_of_the_machine_that_wrote_it_says(
    office: Office, minutes: int
) -> None:
    office.drop()
    chosen, off = settings_for(office.slack), timedelta(minutes=minutes)
    build_alert_job(
        chosen,
        evaluator=Evaluator(
            answers=Answers.of(office.store, chosen), now=lambda: office.now() + off
        ),
        client=slack_client(chosen),
        gate=office.gate(),
    ).run()

    office.courier().work_once()

    [message] = office.direct()
    assert "Delayed" not in message.text
