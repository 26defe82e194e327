import pytest
from slack_sdk import WebClient

from bot.channels.deletions import Deleted, Deletions
from bot.delivery.history import PAGE
from tests.bot.edge import Waits
from tests.slack.faults import Fault
from tests.slack.messages import Message
from tests.slack.people import Channel
from tests.slack.server import FakeSlack
from tests.slack.workspace import BOT_ID

pytestmark = pytest.mark.slack


@pytest.fixture
def deletions(client: WebClient, waits: Waits) -> Deletions:
    return Deletions(client, bot_id=BOT_ID, sleep=waits)


def say(slack: FakeSlack, channel: Channel, *, is_by_person: bool = False) -> str:
    """Let the bot, or a person, post something; return its time stamp."""
    workspace = slack.workspace
    message = Message(
        channel=channel.id,
        ts=workspace.next_ts(),
        text="NRR",
        user=workspace.bot.id,
        is_by_person=is_by_person,
    )
    return workspace.put_message(message).ts


def test_everything_of_ours_goes_from_every_page(
    deletions: Deletions, slack: FakeSlack, revops: Channel
) -> None:
    for _ in range(PAGE + 5):
        say(slack, revops)
    kept = say(slack, revops, is_by_person=True)

    deleted = deletions.delete_all(revops.id, [])

    assert deleted == Deleted(count=PAGE + 5)
    assert [message.ts for message in slack.workspace.messages(revops.id)] == [kept]


def test_what_is_known_goes_even_where_history_cannot_be_read(
    deletions: Deletions, slack: FakeSlack, revops: Channel
) -> None:
    known = say(slack, revops)
    slack.faults.always("conversations.history", Fault.error("missing_scope"))

    deleted = deletions.delete_all(revops.id, [known])

    assert deleted == Deleted(count=1, stopped_by="missing_scope")
    assert slack.workspace.messages(revops.id) == []


def test_slacks_pace_is_kept(
    deletions: Deletions, slack: FakeSlack, revops: Channel, waits: Waits
) -> None:
    known = say(slack, revops)
    slack.faults.next("chat.delete", Fault.rate_limited("30"))
    slack.faults.next("conversations.history", Fault.rate_limited("7"))

    deleted = deletions.delete_all(revops.id, [known])

    assert deleted == Deleted(count=1)
    assert waits.seconds == [30, 7]


def test_patience_ends(
    deletions: Deletions, slack: FakeSlack, revops: Channel, waits: Waits
) -> None:
    slack.faults.always("chat.delete", Fault.rate_limited("250"))

    deleted = deletions.delete_all(revops.id, [say(slack, revops)])

    assert deleted == Deleted(count=0, stopped_by="ratelimited")
    assert waits.seconds == [250, 250]


def test_one_whose_deletion_slack_did_not_confirm_is_tried_again_and_counted(
    deletions: Deletions, slack: FakeSlack, revops: Channel
) -> None:
    known = [say(slack, revops), say(slack, revops)]
    slack.faults.next("chat.delete", Fault.reset_after_accept())

    assert deletions.delete_all(revops.id, known) == Deleted(count=2)


def test_slack_that_does_not_answer_twice_stops_it(
    deletions: Deletions, slack: FakeSlack, revops: Channel
) -> None:
    known = say(slack, revops)
    slack.faults.next("chat.delete", Fault.server_error(503), Fault.server_error(503))

    assert deletions.delete_all(revops.id, [known]) == Deleted(count=0, stopped_by="")
    assert deletions.delete_all(revops.id, [known]) == Deleted(count=1)


def test_what_is_gone_already_is_no_failure_and_not_counted(
    deletions: Deletions, slack: FakeSlack, revops: Channel
) -> None:
    del slack

    assert deletions.delete_all(revops.id, ["1.000001", "1.000001"]) == Deleted(count=0)


@pytest.mark.parametrize("code", ["cant_delete_message", "compliance_exports_prevent_deletion"])
def test_what_slack_keeps_is_counted_apart_and_the_rest_goes_on(
    deletions: Deletions, slack: FakeSlack, revops: Channel, code: str
) -> None:
    known = [say(slack, revops), say(slack, revops)]
    slack.faults.next("chat.delete", Fault.error(code))

    assert deletions.delete_all(revops.id, known) == Deleted(count=1, refused=1)


def test_a_revoked_token_stops_it(deletions: Deletions, slack: FakeSlack, revops: Channel) -> None:
    known = [say(slack, revops), say(slack, revops)]
    slack.workspace.break_token(slack.bot_token)

    assert deletions.delete_all(revops.id, known) == Deleted(count=0, stopped_by="token_revoked")
    assert len(slack.calls_to("chat.delete")) == 1
