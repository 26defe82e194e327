"""Slack's clock, heard in whatever it answers."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack.client import SlackClient
from bot.slack.clock import SlackClock, slack_moment
from tests.slack.faults import Fault
from tests.slack.people import Channel
from tests.slack.server import FakeSlack

NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        pytest.param({"Date": "Sat, 21 Nov 2026 09:00:00 GMT"}, NINE, id="as-slack-says-it"),
        pytest.param({"date": "Sat, 21 Nov 2026 10:00:00 +0100"}, NINE, id="another-zone"),
        pytest.param({"date": "Sat, 21 Nov 2026 09:00:00 -0000"}, NINE, id="no-zone"),
        pytest.param({"date": "yesterday"}, None, id="junk"),
        pytest.param({"date": ""}, None, id="empty"),
        pytest.param({}, None, id="missing"),
    ],
)
def test_the_header_says_what_time_it_is(headers: dict[str, str], moment: datetime | None) -> None:
    assert slack_moment(headers) == moment


class Machine:
    """A machine's clock, which a test sets."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self.ahead = timedelta()

    def now(self) -> datetime:
        return self._slack.workspace.now() + self.ahead


@pytest.fixture
def machine(slack: FakeSlack) -> Machine:
    slack.clock.freeze()
    return Machine(slack)


@pytest.fixture
def client(slack: FakeSlack, machine: Machine) -> SlackClient:
    return SlackClient(
        slack.bot_token, base_url=slack.api_url, timeout=10, clock=SlackClock(machine.now)
    )


def is_right(client: SlackClient, slack: FakeSlack) -> bool:
    return abs(client.slack_now() - slack.workspace.now()) <= timedelta(seconds=1)


@pytest.mark.parametrize("minutes", [-60, -1, 0, 1, 60])
@pytest.mark.parametrize(
    "faults", [(), (Fault.error("channel_not_found"),), (Fault.server_error(503),)]
)
def test_any_answer_tells_what_time_it_is_and_slack_is_not_asked_for_it(
    slack: FakeSlack, machine: Machine, client: SlackClient, minutes: int, faults: tuple[Fault, ...]
) -> None:
    machine.ahead = timedelta(minutes=minutes)
    slack.faults.next("conversations.info", *faults)

    with suppress(SlackApiError):
        client.conversations_info(channel="C0NONE")

    assert is_right(client, slack)
    assert slack.calls_to("auth.test") == []


@pytest.mark.parametrize("minutes", [-60, -2, 2, 60])
def test_a_clock_that_is_set_while_it_runs_is_noticed_at_once(
    slack: FakeSlack, machine: Machine, client: SlackClient, minutes: int
) -> None:
    assert is_right(client, slack)

    machine.ahead = timedelta(minutes=minutes)

    assert is_right(client, slack)
    assert len(slack.calls_to("auth.test")) == 2


def test_a_late_answer_does_not_set_the_clock_back(slack: FakeSlack, client: SlackClient) -> None:
    assert is_right(client, slack)
    said = f"{slack.workspace.now():%a, %d %b %Y %H:%M:%S} GMT"
    slack.clock.advance(20)

    client.clock.hear({"date": said})  # it was on its way for twenty seconds

    assert is_right(client, slack)


def test_all_clients_of_a_process_and_whoever_listens_hear_the_same(
    slack: FakeSlack, machine: Machine, client: SlackClient, revops: Channel
) -> None:
    heard: list[datetime] = []
    client.clock.listen(heard.append)
    machine.ahead = timedelta(minutes=30)

    client.with_timeout(1).conversations_info(channel=revops.id)

    [moment] = heard
    assert abs(moment - slack.workspace.now()) <= timedelta(seconds=1)
    assert is_right(client, slack)
    assert slack.calls_to("auth.test") == []


def test_before_slack_has_answered_the_moment_is_this_machines() -> None:
    clock = SlackClock(lambda: NINE)

    assert (clock.told(), clock.unheard()) == (None, NINE)
