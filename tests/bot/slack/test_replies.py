from dataclasses import replace

import pytest
from slack_sdk import WebClient

from bot.message import Message
from bot.slack.failures import UnansweredError
from bot.slack.replies import Replies
from bot.slack.sent import Asker, read_asker
from bot.slack.working import WORKING
from tests.bot.edge import Waits
from tests.bot.shown import kinds
from tests.slack.faults import RESPONSE_URL, Fault
from tests.slack.interactions import Interaction
from tests.slack.people import Channel, ChannelKind, User
from tests.slack.server import FakeSlack

GOOD = ({"type": "divider"},)
PLAINER = ({"type": "section", "text": {"type": "plain_text", "text": "plainer"}},)
BAD = ({"type": "sparkline"},)
HELLO = Message("NRR 101.5%", GOOD)


@pytest.fixture
def replies(client: WebClient, waits: Waits) -> Replies:
    return Replies(client, sleep=waits)


@pytest.fixture
def asked(slack: FakeSlack, ana: User, revops: Channel) -> Interaction:
    slack.request_url = f"{slack.base_url}/nobody-listens"
    return slack.slash(ana, revops, "/nrr")


@pytest.fixture
def asker(asked: Interaction) -> Asker:
    return read_asker(asked.payload)


def uses(asked: Interaction) -> list[str]:
    assert asked.response_url is not None
    return [use.reply for use in asked.response_url.uses]


def test_only_the_person_who_asked_sees_the_answer(
    replies: Replies, asked: Interaction, asker: Asker, ana: User
) -> None:
    replies.send(asker, HELLO)

    answer = asked.wait_for_answer()
    assert (answer.text, answer.ephemeral_to) == ("NRR 101.5%", ana.id)
    assert kinds(answer.blocks) == ["divider"]


def test_links_are_not_unfolded_and_nothing_is_replaced(
    replies: Replies, slack: FakeSlack, asker: Asker
) -> None:
    replies.send(asker, HELLO)

    [call] = slack.calls_to(RESPONSE_URL)
    assert call.arguments == {
        "response_type": "ephemeral",
        "replace_original": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "text": HELLO.text,
        "blocks": list(GOOD),
    }


@pytest.mark.parametrize(
    ("plainer", "shown"),
    [pytest.param(PLAINER, ["section"], id="plainer"), pytest.param(None, [], id="text-alone")],
)
def test_blocks_that_slack_refuses_are_said_plainer(
    replies: Replies,
    asked: Interaction,
    asker: Asker,
    plainer: tuple[dict[str, object], ...] | None,
    shown: list[str],
) -> None:
    replies.send(asker, Message("NRR 101.5%", BAD, plainer))

    assert kinds(asked.wait_for_answer().blocks) == shown
    assert uses(asked) == ["invalid_blocks", "ok"]


def test_the_response_url_is_used_twice_at_most(
    replies: Replies, asked: Interaction, asker: Asker, slack: FakeSlack, ana: User
) -> None:
    replies.send(asker, Message("NRR 101.5%", BAD, BAD))

    assert uses(asked) == ["invalid_blocks", "invalid_blocks"]
    assert [message.text for message in slack.workspace.ephemerals(ana.id)] == ["NRR 101.5%"]


def test_a_note_counts_among_the_uses_of_the_response_url(
    replies: Replies, asked: Interaction, asker: Asker, slack: FakeSlack, ana: User
) -> None:
    replies.note(asker)

    replies.send(asker, Message("NRR 101.5%", BAD, PLAINER))

    assert uses(asked) == ["ok", "invalid_blocks"]
    assert [kinds(one.blocks) for one in slack.workspace.ephemerals(ana.id)] == [[], ["section"]]


def test_an_expired_url_is_answered_by_an_ephemeral_message(
    replies: Replies, asked: Interaction, asker: Asker, slack: FakeSlack, ana: User
) -> None:
    slack.clock.advance(31 * 60)

    replies.send(asker, HELLO)

    assert uses(asked) == ["expired_url"]
    assert len(slack.workspace.ephemerals(ana.id)) == 1
    assert slack.workspace.messages() == []


def test_a_used_up_url_is_answered_by_an_ephemeral_message(
    replies: Replies, asked: Interaction, asker: Asker, slack: FakeSlack, ana: User
) -> None:
    for _ in range(6):
        replies.send(asker, HELLO)

    assert uses(asked)[-1] == "used_url"
    assert len(slack.workspace.ephemerals(ana.id)) == 6


def test_without_a_response_url_an_ephemeral_message_is_said(
    replies: Replies, slack: FakeSlack, ana: User, revops: Channel
) -> None:
    there = Asker(user_id=ana.id, team_id="", channel_id=revops.id)

    replies.send(there, Message("NRR 101.5%", BAD, PLAINER))

    [answer] = slack.workspace.ephemerals(ana.id)
    assert kinds(answer.blocks) == ["section"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.reset_after_accept(), id="reset"),
        pytest.param(Fault.hang(2, accepted=True), id="hang"),
        pytest.param(Fault.server_error(503, accepted=True), id="503"),
        pytest.param(Fault.server_error(500, accepted=True), id="500"),
    ],
)
def test_what_slack_may_have_taken_is_not_said_again(
    client: WebClient, slack: FakeSlack, asker: Asker, ana: User, fault: Fault
) -> None:
    replies = Replies(client, sleep=Waits(), timeout=fault.client_timeout)
    slack.faults.next(RESPONSE_URL, fault)

    with pytest.raises(UnansweredError):
        replies.send(asker, HELLO)

    assert len(slack.workspace.ephemerals(ana.id)) == 1
    assert len(slack.calls) == 1


def test_a_refusal_in_json_is_understood_too(
    replies: Replies, asker: Asker, slack: FakeSlack, ana: User
) -> None:
    slack.faults.next(RESPONSE_URL, Fault.error("expired_url"))

    replies.send(asker, HELLO)

    assert len(slack.workspace.ephemerals(ana.id)) == 1


def test_a_moment_of_too_many_messages_is_waited_for(
    replies: Replies, asked: Interaction, asker: Asker, slack: FakeSlack, waits: Waits
) -> None:
    slack.faults.next(RESPONSE_URL, Fault.rate_limited("2"))

    replies.send(asker, HELLO)

    assert asked.wait_for_answer().text == HELLO.text
    assert waits.seconds == [2]


def test_a_moment_of_too_many_messages_is_waited_for_in_a_conversation_too(
    replies: Replies, slack: FakeSlack, ana: User, waits: Waits
) -> None:
    dm = slack.workspace.open_dm(ana.id)
    slack.faults.next("chat.postMessage", Fault.rate_limited("1"))
    alone = Asker(user_id=ana.id, team_id=ana.team_id, channel_id=dm.id, thread_ts="1.1")

    replies.send(alone, HELLO)

    assert [message.text for message in slack.workspace.messages(dm.id)] == [HELLO.text]
    assert waits.seconds == [1]


def test_where_the_bot_is_not_an_answer_that_comes_too_late_goes_to_the_person(
    replies: Replies, slack: FakeSlack, asker: Asker, ana: User, revops: Channel
) -> None:
    slack.workspace.put_channel(replace(revops, kind=ChannelKind.PRIVATE, bot_is_member=False))
    slack.clock.advance(31 * 60)

    replies.send(asker, HELLO)

    dm = slack.workspace.open_dm(ana.id)
    assert [message.text for message in slack.workspace.messages(dm.id)] == [HELLO.text]
    assert slack.workspace.messages(revops.id) == []


def test_a_long_time_of_too_many_messages_is_gone_around(
    replies: Replies, asker: Asker, slack: FakeSlack, ana: User, waits: Waits
) -> None:
    slack.faults.always(RESPONSE_URL, Fault.rate_limited("junk"))

    replies.send(asker, HELLO)

    assert len(slack.workspace.ephemerals(ana.id)) == 1
    assert waits.seconds == []


def test_nobody_left_to_tell_is_an_error(
    replies: Replies, asker: Asker, slack: FakeSlack, ana: User
) -> None:
    slack.clock.advance(31 * 60)
    slack.faults.next("chat.postEphemeral", Fault.error("user_not_in_channel"))

    with pytest.raises(UnansweredError):
        replies.send(asker, HELLO)

    assert slack.workspace.ephemerals(ana.id) == []


def test_a_message_that_slack_refuses_in_every_form_is_an_error(
    replies: Replies, asker: Asker, slack: FakeSlack
) -> None:
    refusal = Fault.error("invalid_blocks")
    slack.clock.advance(31 * 60)
    slack.faults.always("chat.postEphemeral", refusal)

    with pytest.raises(UnansweredError):
        replies.send(asker, HELLO)


def test_who_waits_after_a_command_is_told_alone_and_the_answer_follows(
    replies: Replies, asked: Interaction, asker: Asker, ana: User
) -> None:
    take_back = replies.note(asker)
    take_back()
    replies.send(asker, HELLO)

    assert [message.text for message in asked.answers] == [WORKING, HELLO.text]
    assert [message.ephemeral_to for message in asked.answers] == [ana.id] * 2


def test_a_note_is_tried_once_and_leaves_the_uses_of_an_answer_alone(
    replies: Replies, asked: Interaction, asker: Asker, slack: FakeSlack, waits: Waits
) -> None:
    slack.faults.next(RESPONSE_URL, Fault.rate_limited("2"))

    replies.note(asker)
    replies.send(asker, Message("NRR 101.5%", BAD, PLAINER))

    assert (uses(asked), waits.seconds) == (["invalid_blocks", "ok"], [])
    assert kinds(asked.wait_for_answer().blocks) == ["section"]


def test_who_filled_in_a_form_is_told_alone_too(
    replies: Replies, slack: FakeSlack, ana: User, revops: Channel
) -> None:
    there = Asker(user_id=ana.id, team_id="", channel_id=revops.id)

    replies.note(there)()

    assert [message.text for message in slack.workspace.ephemerals(ana.id)] == [WORKING]
    assert slack.workspace.messages() == []


def test_beside_the_home_tab_a_note_is_gone_before_the_answer(
    replies: Replies, slack: FakeSlack, ana: User
) -> None:
    asker = Asker(user_id=ana.id, team_id="")

    take_back = replies.note(asker)

    [said] = slack.workspace.messages(slack.workspace.open_dm(ana.id).id)
    assert said.text == WORKING
    take_back()
    assert slack.workspace.messages() == []
