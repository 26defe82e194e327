import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.thread_notes import ThreadNotes
from bot.slack.working import WORKING
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

pytestmark = pytest.mark.slack


@pytest.fixture
def notes(slack: FakeSlack) -> ThreadNotes:
    return ThreadNotes(WebClient(slack.bot_token, base_url=slack.api_url))


def test_a_thread_is_told_until_the_answer_is_there(
    slack: FakeSlack, notes: ThreadNotes, revops: Channel
) -> None:
    take_back = notes.say(revops.id, "1.0")

    [said] = slack.workspace.messages(revops.id)
    assert (said.text, said.thread_ts) == (WORKING, "1.0")
    take_back()
    assert slack.workspace.messages(revops.id) == []


@pytest.mark.parametrize("has_agents", [True, False])
def test_an_agent_has_a_status_in_its_own_conversations(
    slack: FakeSlack, notes: ThreadNotes, ana: User, *, has_agents: bool
) -> None:
    slack.workspace.has_agents = has_agents
    dm = slack.workspace.open_dm(ana.id)

    take_back = notes.say(dm.id, "1.0")

    assert len(slack.calls_to("assistant.threads.setStatus")) == 1
    assert len(slack.workspace.messages(dm.id)) == (not has_agents)
    take_back()
    assert slack.workspace.messages(dm.id) == []


def test_slack_that_takes_no_note_is_an_error(
    slack: FakeSlack, notes: ThreadNotes, revops: Channel
) -> None:
    slack.workspace.break_token(slack.bot_token)

    with pytest.raises(SlackApiError):
        notes.say(revops.id, "1.0")

    assert slack.calls_to("chat.delete") == []
