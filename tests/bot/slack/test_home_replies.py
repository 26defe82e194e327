from slack_sdk import WebClient

from bot.message import Message
from bot.slack.replies import Replies
from bot.slack.sent import Asker
from tests.bot.edge import Waits
from tests.slack.people import User
from tests.slack.server import FakeSlack
from tests.slack.workspace import TEAM_ID


def test_what_is_asked_on_the_home_tab_is_answered_in_the_direct_messages_beside_it(
    slack: FakeSlack, client: WebClient, waits: Waits, ana: User
) -> None:
    asker = Asker(user_id=ana.id, team_id=TEAM_ID)

    Replies(client, sleep=waits).send(asker, Message("NRR 101.5%"))

    [message] = slack.workspace.messages(slack.workspace.open_dm(ana.id).id)
    assert (message.text, message.is_ephemeral) == ("NRR 101.5%", False)
