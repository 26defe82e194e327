from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient

from bot.app.listeners import new_app
from bot.errors import SettingsError
from bot.server.socket_mode import PING_SECONDS, SocketMode
from bot.slack.ids import Workspace
from tests.bot.edge import LEAKS_SOCKET, Scene, running_bot
from tests.slack import lost_connections
from tests.slack.server import FakeSlack
from tests.slack.waiting import WAIT_SECONDS, wait_for

pytestmark = pytest.mark.slack

PINGS_UNTIL_LOST = 6
"""The first goes out into nothing; slack_sdk lets five more fail before it believes it."""

APP = new_app(WebClient("xoxb-none"), Workspace(team_id="T1"))


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    lost_connections.collect()


@LEAKS_SOCKET
def test_it_listens_on_two_connections_and_comes_back_when_they_are_renewed_or_lost(
    scene: Scene,
) -> None:
    slack = scene.slack
    with running_bot(slack, over_socket=True):
        slack.wait_for_connections(2)
        for _ in range(6):
            assert "101.5%" in scene.ask().wait_for_answer().text

        slack.say_disconnect("refresh_requested")
        slack.wait_for_connections(2)
        assert "101.5%" in scene.ask().wait_for_answer().text

        slack.drop_connections()
        slack.wait_for_connections(2)
        assert "101.5%" in scene.ask().wait_for_answer().text

        clicked = scene.click(scene.ask().wait_for_answer(), "nrr_share")
        assert clicked.wait_for_answer().text == "Shared."

    assert sum(count > 0 for count in slack.deliveries.values()) > 1
    assert slack.violations == []
    wait_for(lambda: slack.connections == 0, what="no connection")


def test_a_connection_that_ends_without_a_word_is_made_anew(slack: FakeSlack) -> None:
    ping_seconds = 0.2
    listening = SocketMode(
        APP, app_token=slack.app_token, api_url=slack.api_url, ping_seconds=ping_seconds
    )
    listening.start()
    slack.wait_for_connections(2)

    slack.end_connections()

    slack.wait_for_connections(2)
    assert PINGS_UNTIL_LOST * PING_SECONDS < 12
    listening.stop()


@LEAKS_SOCKET
def test_a_connection_that_is_refused_is_tried_until_it_stands(slack: FakeSlack) -> None:
    slack.refuse_links()
    listening = SocketMode(APP, app_token=slack.app_token, api_url=slack.api_url, ping_seconds=0.2)

    listening.start()
    assert listening.connections == 0

    slack.refuse_links(refused=False)
    wait_for(lambda: listening.connections == 2, what="two connections")
    listening.stop()


def test_an_event_that_slack_sends_again_is_acknowledged_and_not_heard_twice(
    slack: FakeSlack,
) -> None:
    heard: list[str] = []
    app = new_app(WebClient("xoxb-none"), Workspace(team_id="T1"))

    @app.event("team_join")
    def on_join(event: dict[str, str]) -> None:
        heard.append(event["type"])

    listening = SocketMode(app, app_token=slack.app_token, api_url=slack.api_url)
    listening.start()
    slack.wait_for_connections(2)
    for event_id in ("Ev1", "Ev1", "Ev2"):
        assert not slack.send_event({"type": "team_join"}, event_id=event_id).wait_for_ack().is_late
    listening.stop()

    assert heard == ["team_join", "team_join"]


@pytest.mark.parametrize(
    ("token", "is_up", "sentence"),
    [
        pytest.param("xapp-wrong", True, "SLACK_APP_TOKEN is not accepted", id="wrong-token"),
        pytest.param("xapp-any", False, "SLACK_API_URL", id="slack-is-down"),
    ],
)
def test_it_says_why_it_cannot_connect(
    slack: FakeSlack, token: str, sentence: str, *, is_up: bool
) -> None:
    if not is_up:
        slack.go_down()
    listening = SocketMode(APP, app_token=token, api_url=slack.api_url)

    with pytest.raises(SettingsError, match=sentence):
        listening.start()

    listening.stop()
    if not is_up:
        slack.come_back()


def test_a_stop_acknowledges_what_was_taken_and_lets_it_be_done(
    slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, may_acknowledge, done = Event(), Event(), list[str]()
    app = new_app(WebClient("xoxb-none"), Workspace(team_id="T1"))

    @app.event("team_join")
    def on_join(event: dict[str, str]) -> None:
        done.append(event["type"])

    def dispatch(request: BoltRequest) -> BoltResponse:
        taken.set()
        assert may_acknowledge.wait(WAIT_SECONDS)
        return App.dispatch(app, request)

    monkeypatch.setattr(app, "dispatch", dispatch)
    listening = SocketMode(app, app_token=slack.app_token, api_url=slack.api_url, ping_seconds=0.2)
    listening.start()
    slack.wait_for_connections(2)
    hold_back_until_all_wait(listening.clients, may_acknowledge)
    sent = slack.send_event({"type": "team_join"}, event_id="Ev1")
    assert taken.wait(WAIT_SECONDS)

    listening.stop()

    assert sent.wait_for_ack().status == 200
    app.listener_runner.listener_executor.shutdown()
    assert done == ["team_join"]
    assert listening.connections == 0


def hold_back_until_all_wait(clients: list[SocketModeClient], may_acknowledge: Event) -> None:
    """Let go of acknowledgements when a stop waits for them, with the sockets as they then are."""
    waiting = list[ThreadPoolExecutor]()

    def wait_for_it(workers: ThreadPoolExecutor, shutdown: Callable[[], None]) -> None:
        waiting.append(workers)
        if len(waiting) == len(clients):
            may_acknowledge.set()
        shutdown()

    for client in clients:
        workers = client.message_workers
        workers.shutdown = partial(wait_for_it, workers, workers.shutdown)  # type: ignore[method-assign]


def test_envelopes_that_wait_for_their_turn_when_the_stop_comes_are_acknowledged_too(
    slack: FakeSlack,
) -> None:
    app = new_app(WebClient("xoxb-none"), Workspace(team_id="T1"))
    app.event("team_join")(lambda: None)
    listening = SocketMode(app, app_token=slack.app_token, api_url=slack.api_url, ping_seconds=0.2)
    listening.start()
    slack.wait_for_connections(2)
    for client in listening.clients:
        client.closed = True  # its processor takes nothing more off the queue
        client.message_processor.event.set()
        client.message_processor.thread.join()
    sent = [slack.send_event({"type": "team_join"}) for _ in range(3)]
    wait_for(lambda: sum(client.message_queue.qsize() for client in listening.clients) >= 3)

    listening.stop()

    assert [one.wait_for_ack().status for one in sent] == [200, 200, 200]
    app.listener_runner.listener_executor.shutdown()
