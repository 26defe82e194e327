import pytest
from slack_sdk import WebClient

from bot.slack.working import WORKING, Working
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

pytestmark = pytest.mark.slack


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url)


def test_a_long_answer_is_announced_in_its_thread_until_it_is_there(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    with Working(client, after=0).shown(revops.id, "1.0"):
        [said] = slack.wait_for_messages(revops)
        assert (said.text, said.thread_ts) == (WORKING, "1.0")

    assert slack.workspace.messages(revops.id) == []


def test_a_short_one_is_not(slack: FakeSlack, client: WebClient, revops: Channel) -> None:
    with Working(client, after=60).shown(revops.id, "1.0"):
        pass

    assert slack.calls == []


@pytest.mark.parametrize("has_agents", [True, False])
def test_an_agent_has_a_status_in_its_own_conversations(
    slack: FakeSlack, client: WebClient, ana: User, *, has_agents: bool
) -> None:
    slack.workspace.has_agents = has_agents
    dm = slack.workspace.open_dm(ana.id)

    with Working(client, after=0).shown(dm.id, "1.0"):
        slack.wait_for_calls("assistant.threads.setStatus")
        if not has_agents:
            slack.wait_for_messages(dm)
        assert len(slack.workspace.messages(dm.id)) == (not has_agents)

    assert slack.workspace.messages(dm.id) == []


def test_slack_that_takes_no_note_keeps_nobody_from_an_answer(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    slack.workspace.break_token(slack.bot_token)

    with Working(client, after=0).shown(revops.id, "1.0"):
        slack.wait_for_calls("chat.postMessage")

    assert slack.calls_to("chat.delete") == []
