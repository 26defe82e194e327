import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSServerHandshakeError
from slack_sdk import WebClient

from tests.slack.bolt_app import MORE, Connect, new_app
from tests.slack.interactions import Failure
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slack.socket_mode import MAX_CONNECTIONS
from tests.slack.waiting import wait_for


def test_a_command_is_acknowledged_answered_and_clicked(
    slack: FakeSlack, connect: Connect, ana: User, revops: Channel
) -> None:
    connect(new_app(slack))

    asked = slack.slash(ana, revops, "/nrr", "enterprise")
    answer = asked.wait_for_answer()
    clicked = slack.click(ana, answer, "more")
    more = clicked.wait_for_answer()

    assert not asked.wait_for_ack().is_late
    assert (answer.text, answer.ephemeral_to) == ("NRR of enterprise", ana.id)
    assert more.text == "more on enterprise"
    assert slack.violations == []


def test_an_acknowledgement_may_carry_the_answer(
    slack: FakeSlack, connect: Connect, ana: User, revops: Channel
) -> None:
    connect(new_app(slack))

    answer = slack.slash(ana, revops, "/nrr-help").wait_for_answer()

    assert (answer.text, answer.ephemeral_to) == ("Usage: /nrr <segment>", ana.id)


def test_each_envelope_goes_to_one_of_the_connections(
    slack: FakeSlack, connect: Connect, ana: User, revops: Channel
) -> None:
    connect(new_app(slack), connections=2)

    asked = [slack.slash(ana, revops, "/nrr-help") for _ in range(20)]
    for one in asked:
        one.wait_for_ack()

    assert sum(slack.deliveries.values()) == 20
    assert all(0 < count < 20 for count in slack.deliveries.values())
    assert [len(one.answers) for one in asked] == [1] * 20


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
def test_a_client_told_to_disconnect_connects_anew(
    slack: FakeSlack, connect: Connect, ana: User, revops: Channel, reason: str
) -> None:
    connect(new_app(slack), connections=2)

    slack.say_disconnect(reason)
    wait_for(lambda: len(slack.deliveries) == 4, what="two new connections")
    slack.wait_for_connections(2)

    assert slack.slash(ana, revops, "/nrr", "smb").wait_for_answer().text == "NRR of smb"


def test_a_client_that_was_cut_off_connects_anew(
    slack: FakeSlack, connect: Connect, ana: User, revops: Channel
) -> None:
    connect(new_app(slack))

    slack.drop_connections()
    wait_for(lambda: len(slack.deliveries) == 2, what="a new connection")
    slack.wait_for_connections(1)

    assert slack.slash(ana, revops, "/nrr", "smb").wait_for_answer().text == "NRR of smb"


def test_a_new_bot_finds_what_the_old_one_left(
    slack: FakeSlack, connect: Connect, ana: User, revops: Channel
) -> None:
    old = new_app(slack)
    old.client.chat_postMessage(channel=revops.id, text="digest", blocks=[MORE])
    [message] = slack.workspace.messages(revops.id)
    connect(new_app(slack))

    assert slack.click(ana, message, "more").wait_for_answer().text == "more on enterprise"


@pytest.mark.parametrize("ack_deadline_seconds", [0.15])
def test_a_late_acknowledgement_is_a_timeout_for_the_person(
    slack: FakeSlack, connect: Connect, ana: User, revops: Channel
) -> None:
    connect(new_app(slack))

    asked = slack.slash(ana, revops, "/nrr-late", "0.4")
    ack = asked.wait_for_ack()

    assert asked.failure is Failure.OPERATION_TIMEOUT
    assert ack.is_late
    assert ack.latency_seconds > 0.15
    assert asked.answers == []


@pytest.mark.parametrize("ack_deadline_seconds", [0.15])
def test_a_frozen_connection_is_a_timeout_for_the_person(
    slack: FakeSlack, connect: Connect, ana: User, revops: Channel
) -> None:
    connect(new_app(slack))
    slack.freeze_connections()

    asked = slack.slash(ana, revops, "/nrr")

    assert asked.wait_for_failure() is Failure.OPERATION_TIMEOUT
    assert asked.ack is None


def test_without_a_connection_a_command_goes_nowhere(
    slack: FakeSlack, ana: User, revops: Channel
) -> None:
    asked = slack.slash(ana, revops, "/nrr")

    assert asked.wait_for_failure() is Failure.DISPATCH_FAILED
    assert slack.failures(ana) == [Failure.DISPATCH_FAILED]


def test_an_event_is_delivered_as_often_as_it_is_sent(slack: FakeSlack, connect: Connect) -> None:
    connect(new_app(slack))
    mention = {"type": "app_mention", "user": "U00000009", "text": "nrr", "channel": "C00000009"}

    sent = [slack.send_event(mention, event_id="Ev1") for _ in range(2)]
    for one in sent:
        one.wait_for_ack()

    assert [one.payload["event_id"] for one in sent] == ["Ev1", "Ev1"]
    assert slack.violations == []


def test_a_client_acknowledges_once_and_sends_nothing_back_for_an_event(
    slack: FakeSlack, client: WebClient
) -> None:
    link = new_link(slack, client)

    async def misbehave() -> None:
        async with ClientSession() as session:
            socket, _ = await hello(session, link)
            slack.send_event({"type": "app_mention"})
            envelope = await socket.receive_json()
            for _ in range(2):
                answer = {"envelope_id": envelope["envelope_id"], "payload": {"text": "hello"}}
                await socket.send_json(answer)

    asyncio.run(misbehave())

    wait_for(lambda: len(slack.violations) == 2, what="two violations")
    assert slack.violations[0] == "sent a payload back for an event"
    assert slack.violations[1].endswith("twice")


def new_link(slack: FakeSlack, client: WebClient) -> str:
    return str(client.apps_connections_open(app_token=slack.app_token)["url"])


async def hello(session: ClientSession, link: str) -> tuple[ClientWebSocketResponse, Any]:
    socket = await session.ws_connect(link)
    return socket, await socket.receive_json()


def test_a_link_works_once(slack: FakeSlack, client: WebClient) -> None:
    link = new_link(slack, client)

    async def connect_twice() -> Any:  # noqa: ANN401
        async with ClientSession() as session:
            _, greeting = await hello(session, link)
            with pytest.raises(WSServerHandshakeError, match="403"):
                await session.ws_connect(link)
            return greeting

    greeting = asyncio.run(connect_twice())

    assert greeting["type"] == "hello"
    assert greeting["num_connections"] == 1
    assert greeting["debug_info"]["approximate_connection_time"] > 0


def test_the_eleventh_connection_is_one_too_many(slack: FakeSlack, client: WebClient) -> None:
    links = [new_link(slack, client) for _ in range(MAX_CONNECTIONS + 1)]

    async def connect_all() -> list[Any]:
        async with ClientSession() as session:
            opened = [await hello(session, link) for link in links]
            return [greeting for _, greeting in opened]

    *good, last = asyncio.run(connect_all())

    assert [greeting["num_connections"] for greeting in good] == list(range(1, 11))
    assert (last["type"], last["reason"]) == ("disconnect", "too_many_websockets")


def test_what_no_correct_client_sends_is_noted(slack: FakeSlack, client: WebClient) -> None:
    link = new_link(slack, client)

    async def misbehave() -> None:
        async with ClientSession() as session:
            socket, _ = await hello(session, link)
            await socket.send_str("not json")
            await socket.send_json({"ok": True})
            await socket.send_json({"envelope_id": "unknown"})

    asyncio.run(misbehave())

    wait_for(lambda: len(slack.violations) == 3, what="three violations")
    assert slack.violations[0].startswith("not JSON")
    assert slack.violations[1].startswith("not an acknowledgement")
    assert slack.violations[2].startswith("acknowledged an unknown envelope")
