import io
import json
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from slack_sdk import WebClient

from bot.app import new_app
from bot.authorization.decisions import Workspace
from bot.server.front import MAX_BODY_BYTES, Front
from bot.server.listening import HttpListening
from tests.bot.edge import RunningBot
from tests.slack.server import FakeSlack
from tests.slack.signing import SignedRequest, sign

pytestmark = pytest.mark.slack

BODY = urlencode({"command": "/nrr", "text": "canary-text", "team_id": "T9"}).encode()
Reply = tuple[int, bytes]


@pytest.fixture
def port(bot: RunningBot) -> int:
    return bot.port


def call(
    port: int,
    method: str,
    path: str,
    body: bytes | Iterator[bytes] | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def send(port: int, request: SignedRequest, **changes: str) -> Reply:
    return call(port, "POST", "/slack/events", request.body, request.headers | changes)


def test_it_says_that_it_lives_and_that_it_is_ready(port: int) -> None:
    assert call(port, "GET", "/healthz") == (200, b"ok")
    assert call(port, "GET", "/readyz") == (200, b"ready")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/metrics", 404),
        ("POST", "/slack/events/", 404),
        ("GET", "/slack/events", 405),
        ("PUT", "/slack/events", 405),
        ("POST", "/healthz", 405),
        ("DELETE", "/readyz", 405),
    ],
)
def test_there_is_nothing_else(port: int, method: str, path: str, status: int) -> None:
    assert call(port, method, path) == (status, b"")


def test_what_slack_signed_gets_through(slack: FakeSlack, port: int) -> None:
    assert send(port, slack.sign(BODY)) == (200, b"")


UNSIGNED = [
    pytest.param({"X-Slack-Signature": ""}, id="no-signature"),
    pytest.param({"X-Slack-Signature": "v0=" + "0" * 64}, id="wrong-signature"),
    pytest.param({"X-Slack-Signature": "v0=\u00e9"}, id="non-ascii-signature"),
    pytest.param({"X-Slack-Request-Timestamp": ""}, id="no-timestamp"),
    pytest.param({"X-Slack-Request-Timestamp": "abc"}, id="no-number"),
    pytest.param({"X-Slack-Request-Timestamp": "1531420618"}, id="old"),
]


@pytest.mark.parametrize("headers", UNSIGNED)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(BODY, id="command"),
        pytest.param(b'{"half": ', id="half-json"),
        pytest.param(b"payload=%7B", id="half-payload"),
        pytest.param(b"\xff\xfe\x00", id="no-text"),
        pytest.param(b"", id="empty"),
    ],
)
def test_what_slack_did_not_sign_is_refused_without_a_word(
    slack: FakeSlack, port: int, log: io.StringIO, body: bytes, headers: dict[str, str]
) -> None:
    assert send(port, slack.sign(body), **headers) == (401, b"")
    assert log.getvalue() == ""


def test_slack_may_try_out_the_address(slack: FakeSlack, port: int) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aBm"}).encode()
    signed = sign(body, secret=slack.signing_secret, content_type="application/json")

    assert b"3eZbrw1aBm" in send(port, signed)[1]


def test_an_old_request_is_refused_though_it_was_signed(slack: FakeSlack, port: int) -> None:
    assert send(port, slack.sign(BODY, timestamp="1531420618")) == (401, b"")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"half": ', id="half-json"),
        pytest.param(b"payload=%7B", id="half-payload"),
        pytest.param(b"\xff\xfe\x00", id="no-text"),
    ],
)
def test_what_is_signed_but_cannot_be_read_is_a_bad_request(
    slack: FakeSlack, port: int, body: bytes
) -> None:
    assert send(port, slack.sign(body)) == (400, b"")


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413)])
def test_a_body_is_no_longer_than_it_needs_to_be(
    slack: FakeSlack, port: int, size: int, status: int
) -> None:
    body = BODY.replace(b"canary-text", b"x" * (size - len(BODY) + len(b"canary-text")))
    assert len(body) == size

    assert send(port, slack.sign(body))[0] == status


def test_a_length_that_is_kept_to_oneself_helps_nobody(slack: FakeSlack, port: int) -> None:
    signed = slack.sign(b"x" * (MAX_BODY_BYTES + 1))

    chunked = call(port, "POST", "/slack/events", iter([signed.body]), signed.headers)

    assert chunked[0] == 413


def test_of_a_flood_not_even_a_byte_is_waited_for(port: int) -> None:
    flood = {"Content-Length": "2000000"}

    assert call(port, "POST", "/slack/events", None, flood)[0] == 413


def test_an_event_that_nobody_listens_to_is_not_found(slack: FakeSlack, port: int) -> None:
    body = json.dumps({"type": "event_callback", "event": {"type": "team_join"}}).encode()
    signed = sign(body, secret=slack.signing_secret, content_type="application/json")

    assert send(port, signed)[0] == 404


def no() -> bool:
    return False


@pytest.fixture
def unready() -> Iterator[int]:
    app = new_app(WebClient("xoxb-none"), Workspace(team_id="T1"))
    front = Front(app=app, signing_secret="s", now=lambda: 0.0, is_alive=no, is_ready=no)  # noqa: S106
    listening = HttpListening(front, host="127.0.0.1", port=0)
    listening.start()
    yield listening.port
    listening.stop()


def test_it_says_that_it_is_not_well_and_not_why(unready: int) -> None:
    assert call(unready, "GET", "/healthz") == (503, b"not ok")
    assert call(unready, "GET", "/readyz") == (503, b"not ready")
