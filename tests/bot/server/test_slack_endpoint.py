import io
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.app.listeners import new_app
from bot.server.http_server import HttpServer
from bot.server.slack_endpoint import MAX_BODY_BYTES, SlackEndpoint
from bot.slack.ids import Workspace
from tests.bot.edge import RunningBot, Scene
from tests.slack.server import FakeSlack
from tests.slack.signing import FORM, SignedRequest, sign
from tests.slack.waiting import WAIT_SECONDS, wait_for

pytestmark = pytest.mark.slack

COMMAND = {
    "command": "/nrr",
    "text": "canary-text",
    "team_id": "T9",
    "channel_id": "C1",
    "user_id": "U1",
    "response_url": "http://127.0.0.1:9/commands/none",
}
BODY = urlencode(COMMAND).encode()
JSON = "application/json"
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
    connection = HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
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
    signed = sign(body, secret=slack.signing_secret, content_type=JSON)

    assert b"3eZbrw1aBm" in send(port, signed)[1]


def test_an_answer_is_of_the_kind_that_bolt_says(slack: FakeSlack, port: int) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aBm"}).encode()
    signed = sign(body, secret=slack.signing_secret, content_type=JSON)
    connection = HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)

    with closing(connection):
        connection.request("POST", "/slack/events", signed.body, signed.headers)
        kind = connection.getresponse().headers.get_content_type()

    assert kind == JSON


def test_an_old_request_is_refused_though_it_was_signed(slack: FakeSlack, port: int) -> None:
    assert send(port, slack.sign(BODY, timestamp="1531420618")) == (401, b"")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b'{"half": ', JSON, id="half-json"),
        pytest.param(b"payload=[]", FORM, id="list"),
        pytest.param(b"\xff\xfe\x00", FORM, id="no-text"),
        pytest.param(BODY, "text/plain", id="another-type"),
        pytest.param(BODY, "", id="no-type"),
        pytest.param(b"", FORM, id="empty"),
    ],
)
def test_what_is_signed_but_cannot_be_read_is_a_bad_request_and_no_news(
    slack: FakeSlack, port: int, log: io.StringIO, body: bytes, content_type: str
) -> None:
    signed = sign(body, secret=slack.signing_secret, content_type=content_type)

    assert send(port, signed) == (400, b"")
    assert log.getvalue() == ""


def test_a_signed_request_that_somebody_recorded_is_refused(scene: Scene, bot: RunningBot) -> None:
    asked = scene.ask("enterprise")
    asked.wait_for_answer()
    signed = scene.slack.sign(urlencode(asked.payload | {"text": "smb"}).encode())

    first, again = send(bot.port, signed), send(bot.port, signed)

    assert (first[0], again) == (200, (409, b""))
    wait_for(lambda: len(bot.answers.asked) == 2)


def test_the_same_words_may_be_asked_again(scene: Scene, bot: RunningBot) -> None:
    for _ in range(2):
        assert scene.ask("enterprise").wait_for_answer().text

    assert len(bot.answers.asked) == 2


def test_an_event_that_slack_sends_again_is_acknowledged_and_not_heard_twice(
    slack: FakeSlack,
) -> None:
    heard: list[str] = []
    app = new_app(WebClient("xoxb-none"), Workspace(team_id="T1"))

    @app.event("team_join")
    def on_join(event: dict[str, str]) -> None:
        heard.append(event["type"])

    joined = {"type": "team_join"}
    known = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": joined}
    with listening(app, slack.signing_secret) as port:
        replies = [
            send(
                port,
                sign(
                    json.dumps(known | {"event_time": number}).encode(),
                    secret=slack.signing_secret,
                    content_type=JSON,
                ),
                **{"X-Slack-Retry-Num": str(number)},
            )
            for number in range(3)
        ]

    assert [status for status, _ in replies] == [200, 200, 200]
    assert heard == ["team_join"]


def test_the_word_payload_may_be_typed_after_a_command(scene: Scene, bot: RunningBot) -> None:
    assert scene.ask("payload").wait_for_answer().text
    assert [text for text, _ in bot.answers.asked] == ["payload"]


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


def test_an_event_that_means_nothing_here_is_acknowledged(slack: FakeSlack, port: int) -> None:
    event = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1"}
    body = json.dumps(event | {"event": {"type": "team_join"}}).encode()
    signed = sign(body, secret=slack.signing_secret, content_type=JSON)

    assert send(port, signed)[0] == 200


@pytest.mark.parametrize("event_id", [["Ev1"], {"Ev1": 1}])
def test_an_event_id_that_is_no_text_is_refused_as_what_slack_would_not_send(
    slack: FakeSlack, port: int, event_id: object
) -> None:
    body = json.dumps({"type": "app_rate_limited", "event_id": event_id}).encode()
    signed = sign(body, secret=slack.signing_secret, content_type=JSON)

    assert send(port, signed)[0] == 400


def no() -> bool:
    return False


@contextmanager
def listening(app: App, secret: str = "s") -> Iterator[int]:  # noqa: S107
    endpoint = SlackEndpoint(
        app=app, signing_secret=secret, now=time.time, is_alive=no, is_ready=no
    )
    server = HttpServer(endpoint, host="127.0.0.1", port=0)
    server.start()
    yield server.port
    server.stop()


@pytest.fixture
def unready() -> Iterator[int]:
    with listening(new_app(WebClient("xoxb-none"), Workspace(team_id="T1"))) as port:
        yield port


def test_it_says_that_it_is_not_well_and_not_why(unready: int) -> None:
    assert call(unready, "GET", "/healthz") == (503, b"not ok")
    assert call(unready, "GET", "/readyz") == (503, b"not ready")
