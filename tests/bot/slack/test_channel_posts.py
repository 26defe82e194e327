import pytest
from slack_sdk import WebClient

from bot.message import Message
from bot.slack.channel_posts import ChannelPosts
from bot.slack.failures import RefusedError, UnclearError
from tests.bot.edge import Waits
from tests.slack.faults import Fault
from tests.slack.people import Channel
from tests.slack.server import FakeSlack

INVITATION = "Invite me to this channel first: /invite @nrr"
GOOD = ({"type": "divider"},)
PLAINER = ({"type": "section", "text": {"type": "plain_text", "text": "plainer"}},)
BAD = ({"type": "sparkline"},)


@pytest.fixture
def posts(client: WebClient, waits: Waits) -> ChannelPosts:
    return ChannelPosts(client, sleep=waits, invitation=INVITATION)


def shown(slack: FakeSlack) -> list[list[str]]:
    return [[block["type"] for block in message.blocks] for message in slack.workspace.messages()]


def test_the_first_message_that_slack_takes_is_posted_once(
    posts: ChannelPosts, slack: FakeSlack, revops: Channel
) -> None:
    taken = posts.post(revops.id, Message("text", GOOD, PLAINER), Message("text", PLAINER))

    assert taken.variant.blocks == GOOD
    assert shown(slack) == [["divider"]]
    [call] = slack.calls_to("chat.postMessage")
    assert (call.arguments["unfurl_links"], call.arguments["unfurl_media"]) == (False, False)


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        pytest.param([Message("t", BAD, PLAINER)], ["section"], id="its-plainer-form"),
        pytest.param([Message("t", BAD), Message("t", GOOD)], ["divider"], id="the-next-message"),
        pytest.param([Message("t", BAD, BAD), Message("t", BAD)], [], id="text-alone"),
        pytest.param([Message("t")], [], id="nothing-but-text"),
    ],
)
def test_what_slack_refuses_is_said_in_the_next_form(
    posts: ChannelPosts,
    slack: FakeSlack,
    revops: Channel,
    messages: list[Message],
    expected: list[str],
) -> None:
    posts.post(revops.id, *messages)

    assert shown(slack) == [expected]


def test_a_message_that_slack_refuses_in_every_form_is_said_to_be(
    posts: ChannelPosts, slack: FakeSlack, revops: Channel
) -> None:
    slack.faults.always("chat.postMessage", Fault.error("invalid_blocks"))

    with pytest.raises(RefusedError, match="in any form"):
        posts.post(revops.id, Message("t", GOOD))


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("not_in_channel", INVITATION),
        ("channel_not_found", INVITATION),
        ("is_archived", "archived"),
        ("restricted_action", "ask its administrator"),
        ("restricted_action_read_only_channel", "ask its administrator"),
        ("token_revoked", "token"),
        ("msg_too_long", "did not take"),
    ],
)
def test_a_refusal_says_what_to_do(
    posts: ChannelPosts, slack: FakeSlack, revops: Channel, code: str, advice: str
) -> None:
    slack.faults.next("chat.postMessage", Fault.error(code))

    with pytest.raises(RefusedError, match=advice):
        posts.post(revops.id, Message("t", GOOD, PLAINER))

    assert len(slack.calls) == 1


@pytest.mark.parametrize("accepted", [True, False], ids=["accepted", "not-accepted"])
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(
            lambda yes: Fault.reset_after_accept() if yes else Fault.reset_before_accept(),
            id="reset",
        ),
        pytest.param(lambda yes: Fault.hang(2, accepted=yes), id="hang"),
        pytest.param(lambda yes: Fault.server_error(503, accepted=yes), id="503"),
        pytest.param(lambda yes: Fault.garbage(accepted=yes), id="garbage"),
        pytest.param(lambda yes: Fault.error("internal_error", accepted=yes), id="internal-error"),
    ],
)
def test_what_slack_may_have_taken_is_not_posted_again(
    client: WebClient,
    posts: ChannelPosts,
    slack: FakeSlack,
    revops: Channel,
    make: object,
    *,
    accepted: bool,
) -> None:
    assert callable(make)
    fault = make(accepted)
    client.timeout = fault.client_timeout
    slack.faults.next("chat.postMessage", fault)

    with pytest.raises(UnclearError, match="look in the channel"):
        posts.post(revops.id, Message("t", GOOD, PLAINER))

    assert len(slack.calls_to("chat.postMessage")) == 1
    assert len(slack.workspace.messages()) == int(accepted)


def test_when_slack_is_down_nothing_was_posted_and_it_may_be_tried_again(
    posts: ChannelPosts, slack: FakeSlack, revops: Channel
) -> None:
    slack.go_down()

    with pytest.raises(RefusedError, match="try again"):
        posts.post(revops.id, Message("t"))

    slack.come_back()


def test_a_moment_of_too_many_messages_is_waited_for(
    posts: ChannelPosts, slack: FakeSlack, revops: Channel, waits: Waits
) -> None:
    slack.faults.next("chat.postMessage", Fault.rate_limited("3"))

    posts.post(revops.id, Message("t", GOOD))

    assert shown(slack) == [["divider"]]
    assert waits.seconds == [3]


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [("11", 11), ("junk", 30), (None, 30), ("86400", 3600)]
)
def test_a_long_time_of_too_many_messages_is_for_the_person_to_wait(
    posts: ChannelPosts,
    slack: FakeSlack,
    revops: Channel,
    retry_after: str | None,
    seconds: int,
) -> None:
    slack.faults.next("chat.postMessage", Fault.rate_limited(retry_after))

    with pytest.raises(RefusedError, match=f"try again in {seconds} s"):
        posts.post(revops.id, Message("t"))

    assert len(slack.calls) == 1
