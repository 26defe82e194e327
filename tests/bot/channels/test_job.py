from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from bot.channels.job import alive_words, ping
from storage.access.grants import Role, list_grants
from storage.delivery.parcels import State
from storage.digests import subscriptions
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from tests.bot.channels.scene import sweep
from tests.bot.delivery.letters import Office
from tests.bot.edge import let
from tests.slack.faults import Fault
from tests.slack.people import Channel, User, UserKind
from tests.slack.server import FakeSlack
from tests.storage.conftest import sqlite_store, sqlite_template  # noqa: F401 - fixtures


@pytest.fixture
def office(slack: FakeSlack, sqlite_store: Store, ana: User, revops: Channel) -> Office:  # noqa: F811
    slack.clock.freeze()
    return Office(slack=slack, store=sqlite_store, owner=ana, channel=revops)


@pytest.fixture
def admins(office: Office) -> Channel:
    channel = office.slack.workspace.add_channel("admins")
    office.admin_channel = channel.id
    return channel


def test_a_channel_that_was_lost_suspends_its_subscription_and_says_so_once(
    office: Office,
) -> None:
    subscription = office.subscribe()
    office.slack.workspace.put_channel(replace(office.channel, is_archived=True))

    for _ in range(3):
        sweep(office).run()
    office.settle_down()

    suspended = office.subscription(subscription.id)
    assert (suspended.status.state, suspended.status.reason) == (
        SubscriptionState.SUSPENDED,
        "archived",
    )
    [told] = office.told()
    assert "is suspended: the channel is archived" in told


def test_one_that_was_changed_meanwhile_is_looked_at_again_next_time(office: Office) -> None:
    subscription = office.subscribe()
    office.slack.workspace.put_channel(replace(office.channel, is_archived=True))
    with office.store.write(ledger=False) as session:
        paused = SubscriptionState.PAUSED
        subscriptions.set_state(session, subscription.id, paused, now=office.now())

    may_go = sweep(office).review.suspending.check(subscription)

    assert not may_go
    assert office.subscription(subscription.id).status.state is SubscriptionState.PAUSED
    assert office.rows() == []


def alarms(office: Office) -> list[str]:
    """Return what an administrator by name was told of channels that others read."""
    with office.store.read() as session:
        [admin] = [one for one in list_grants(session) if one.role is Role.ADMIN]
    dm = office.slack.workspace.open_dm(admin.grantee_id)
    return [each.text for each in office.shown(dm) if "shared with another company" in each.text]


@pytest.fixture
def ada(office: Office) -> User:
    user = office.slack.workspace.add_user("ada")
    let(office.store, user.id, role=Role.ADMIN)
    return user


@pytest.mark.usefixtures("ada")
def test_a_shared_channel_that_nobody_told_of_is_found_with_the_same_result_and_one_alarm(
    office: Office,
) -> None:
    subscription = office.subscribe()
    office.enqueue(subscription)
    office.settle_down()
    office.slack.workspace.put_channel(replace(office.channel, is_pending_ext_shared=True))

    for _ in range(3):
        sweep(office).run()
        office.settle_down()

    found = office.subscription(subscription.id)
    assert (found.status.state, found.status.reason) == (
        SubscriptionState.SUSPENDED,
        "shared_outside",
    )
    [alarm] = alarms(office)
    assert "I have posted 1 message there." in alarm


@pytest.mark.usefixtures("ada")
def test_what_is_left_of_a_digest_that_was_removed_is_watched_too(office: Office) -> None:
    subscription = office.subscribe()
    office.enqueue(subscription)
    office.settle_down()
    with office.store.write(ledger=False) as session:
        removed = SubscriptionState.REMOVED
        subscriptions.set_state(session, subscription.id, removed, now=office.now())
    office.slack.workspace.put_channel(replace(office.channel, is_ext_shared=True))

    sweep(office).run()
    office.settle_down()

    assert len(alarms(office)) == 1


@pytest.mark.usefixtures("ada")
def test_a_channel_that_is_shared_a_second_time_alarms_a_second_time(office: Office) -> None:
    office.subscribe()
    for is_shared in (True, False, True):
        office.slack.workspace.put_channel(replace(office.channel, is_ext_shared=is_shared))
        sweep(office).run()
        office.settle_down()

    assert len(alarms(office)) == 2


@pytest.mark.usefixtures("ada")
def test_a_channel_that_slack_does_not_tell_of_alarms_nobody_and_ends_no_alarm(
    office: Office,
) -> None:
    office.subscribe()
    office.slack.workspace.put_channel(replace(office.channel, is_ext_shared=True))
    sweep(office).run()
    office.slack.faults.always("conversations.info", Fault.server_error(503))
    sweep(office).run()
    office.slack.faults.clear()
    sweep(office).run()
    office.settle_down()

    assert len(alarms(office)) == 1


def test_an_owner_who_became_a_guest_is_found_without_an_event(office: Office) -> None:
    subscription = office.subscribe()
    office.slack.workspace.put_user(replace(office.owner, kind=UserKind.GUEST))

    sweep(office).run()

    found = office.subscription(subscription.id)
    assert found.status.state is SubscriptionState.SUSPENDED
    assert found.status.reason == "guest"


def test_what_waits_for_a_lost_channel_waits_no_more(office: Office) -> None:
    key = office.enqueue(office.subscribe())
    office.slack.workspace.put_channel(replace(office.channel, bot_is_member=False))

    sweep(office).run()

    assert office.state(key) is State.SUSPENDED


@pytest.mark.parametrize(
    "fault", [Fault.server_error(503), Fault.rate_limited("30"), Fault.error("token_revoked")]
)
def test_that_slack_cannot_be_asked_suspends_nothing(office: Office, fault: Fault) -> None:
    subscription = office.subscribe()
    office.slack.faults.always("conversations.info", fault)

    sweep(office).run()

    assert office.subscription(subscription.id).status.state is SubscriptionState.ACTIVE


def test_what_was_said_a_month_ago_is_forgotten_and_that_it_was_said_is_not(
    office: Office,
) -> None:
    key = office.enqueue(office.subscribe())
    office.settle_down()
    office.wait(days=31)

    sweep(office).run()

    row = office.row(key)
    assert row.payload_json is None
    assert row.slack_ts


def test_once_a_week_the_administrators_hear_that_it_is_alive(
    office: Office, admins: Channel
) -> None:
    office.enqueue(office.subscribe())
    office.enqueue(office.subscribe(), payload_json="{}")
    office.settle_down()

    for _ in range(3):
        sweep(office).run()
    office.settle_down()
    office.wait(days=7)
    sweep(office).run()
    office.settle_down()

    said = [message.text for message in office.shown(admins) if "alive" in message.text]
    assert said == [alive_words(1, 1), alive_words(0, 1)]


def test_without_a_channel_for_it_nobody_hears_that(office: Office) -> None:
    sweep(office).run()

    assert office.rows() == []


@pytest.mark.parametrize(
    ("count", "stuck", "words"),
    [
        (1, 0, "I am alive: 1 digest sent in the last seven days, 0 stuck."),
        (20, 2, "I am alive: 20 digests sent in the last seven days, 2 stuck."),
    ],
)
def test_the_sign_of_life_says_how_many(count: int, stuck: int, words: str) -> None:
    assert alive_words(count, stuck) == words


def test_a_message_that_was_never_sent_loses_its_pictures(office: Office) -> None:
    key = office.enqueue(office.subscribe(), payload_json="{}", pictures=1)
    for _ in range(20):
        office.send()
        office.wait(minutes=5)

    sweep(office).run()

    assert office.state(key) is State.DEAD
    assert office.row(key).picture_state == "unavailable"


@contextmanager
def switch() -> Iterator[tuple[str, list[str]]]:
    """A dead man's switch: yield its address, and how often it was called."""
    heard: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/alive", heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_dead_mans_switch_is_called_each_time(office: Office) -> None:
    with switch() as (url, heard):
        sweep(office, ping_url=url).run()

    assert heard == ["/alive"]


def test_one_that_does_not_answer_stops_nothing(office: Office) -> None:
    with switch() as (url, _):
        pass

    sweep(office, ping_url=url).run()


def test_only_the_web_is_called(tmp_path: object) -> None:
    ping(f"file://{tmp_path}")


def test_a_claim_is_left_to_its_courier(office: Office) -> None:
    """What is in a courier's hands is not swept from under it."""
    key = office.enqueue(office.subscribe(), late=timedelta(minutes=1))
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())
    office.send()
    office.slack.workspace.put_channel(replace(office.channel, is_archived=True))

    sweep(office).run()
    office.settle_down()

    assert office.state(key) is State.SENT
    assert len(office.shown()) == 1
