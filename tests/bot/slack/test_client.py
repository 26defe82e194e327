"""What a call of Slack waits for, alone and with others."""

import threading
from collections.abc import Iterator

import pytest

from bot.clock import utc_now
from bot.slack.client import SlackClient, hurried
from bot.slack.clock import SlackClock
from bot.slack.failures import SLACK_ERRORS
from tests.slack.faults import Fault
from tests.slack.server import FakeSlack


@pytest.fixture
def client(slack: FakeSlack) -> SlackClient:
    return SlackClient(
        slack.bot_token, base_url=slack.api_url, timeout=10, clock=SlackClock(utc_now)
    )


@pytest.fixture
def silence(slack: FakeSlack) -> Iterator[None]:
    answers = threading.Event()
    slack.faults.always("users.info", Fault.held(answers))
    yield
    answers.set()


@pytest.mark.usefixtures("silence")
def test_calls_that_have_to_hurry_share_their_seconds_and_later_ones_are_not_made(
    client: SlackClient, slack: FakeSlack
) -> None:
    with hurried(0.5):
        for _ in range(3):
            with pytest.raises(SLACK_ERRORS):
                client.users_info(user="U1")

    assert len(slack.calls_to("users.info")) <= 1


@pytest.mark.usefixtures("silence")
def test_a_hurry_within_another_gives_no_more_time(client: SlackClient, slack: FakeSlack) -> None:
    with hurried(0), hurried(60), pytest.raises(TimeoutError):
        client.users_info(user="U1")

    assert slack.calls_to("users.info") == []


def test_after_a_hurry_there_is_all_the_time_again(client: SlackClient) -> None:
    with hurried(0):
        pass

    assert client.timeout == 10
    assert client.auth_test()["ok"]
