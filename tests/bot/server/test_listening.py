import socket
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.app.building import new_app
from bot.errors import SettingsError
from bot.server.front import Front
from bot.server.listening import PING_SECONDS, HttpListening, SocketListening, close_connection
from bot.slack.workspace import Workspace
from tests.bot.edge import LEAKS_SOCKET, Scene, running_bot
from tests.slack import lost_connections
from tests.slack.server import FakeSlack
from tests.slack.waiting import wait_for

pytestmark = pytest.mark.slack

PINGS_UNTIL_LOST = 6
"""The first goes out into nothing; slack_sdk lets five more fail before it believes it."""

APP = new_app(WebClient("xoxb-none"), Workspace(team_id="T1"))


def yes() -> bool:
    return True


FRONT = Front(app=APP, signing_secret="s", now=lambda: 0.0, is_alive=yes, is_ready=yes)  # noqa: S106


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
    listening = SocketListening(
        APP, app_token=slack.app_token, api_url=slack.api_url, ping_seconds=ping_seconds
    )
    listening.start()
    slack.wait_for_connections(2)

    slack.end_connections()

    slack.wait_for_connections(2, timeout=PINGS_UNTIL_LOST * ping_seconds + 3)
    assert PINGS_UNTIL_LOST * PING_SECONDS < 12
    listening.stop()


@LEAKS_SOCKET
def test_a_connection_that_is_refused_is_tried_until_it_stands(slack: FakeSlack) -> None:
    slack.refuse_links()
    listening = SocketListening(
        APP, app_token=slack.app_token, api_url=slack.api_url, ping_seconds=0.2
    )

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

    listening = SocketListening(app, app_token=slack.app_token, api_url=slack.api_url)
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
    listening = SocketListening(APP, app_token=token, api_url=slack.api_url)

    with pytest.raises(SettingsError, match=sentence):
        listening.start()

    listening.stop()
    if not is_up:
        slack.come_back()


def test_it_says_that_a_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]

        with pytest.raises(SettingsError, match=f"PORT {taken} on NRRBOT_HOST 127.0.0.1"):
            HttpListening(FRONT, host="127.0.0.1", port=taken).start()


def test_it_listens_on_an_ipv6_address_too() -> None:
    listening = HttpListening(FRONT, host="::1", port=0)

    try:
        listening.start()
    except SettingsError:
        pytest.skip("this machine has no IPv6")

    with socket.create_connection(("::1", listening.port), timeout=5):
        listening.stop()


class LosesItsSocket:
    """Fails as slack_sdk does when its watch closes the socket in the middle of ``close``."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1
        if self.closed == 1:
            raise AttributeError("'NoneType' object has no attribute 'close'")


def test_a_connection_that_is_lost_while_it_closes_is_closed_all_the_same() -> None:
    connection = LosesItsSocket()

    close_connection(connection)

    assert connection.closed == 2
