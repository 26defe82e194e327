"""HTTP endpoint of Slack's requests: nothing reaches Bolt that Slack has not signed."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from slack_bolt import App, BoltRequest

from bot.server.http_server import Response, Routes, answer
from bot.server.request_body import UnreadableError, read_request_body
from bot.server.socket_mode import ARRIVALS
from bot.slack.once import Once

EVENTS = "/slack/events"
MAX_BODY_BYTES = 100_000
MAX_AGE_SECONDS = 300
"""How old a signature may be, as Slack recommends."""


def is_signed(
    body: bytes, *, timestamp: str | None, signature: str | None, secret: str, now: float
) -> bool:
    """Tell whether Slack signed the raw bytes of ``body`` within five minutes of ``now``.

    References
    ----------
    https://docs.slack.dev/authentication/verifying-requests-from-slack/
    """
    # Bolt's own check fails on a timestamp that is no number, and logs the body that it refuses.
    if timestamp is None or signature is None or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    if abs(now - int(timestamp)) > MAX_AGE_SECONDS:
        return False
    signed = b"v0:" + timestamp.encode() + b":" + body
    expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    # As bytes: for text that is not ASCII the comparison would raise.
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackEndpoint:
    """A WSGI application; ``now`` gives the seconds since the epoch."""

    app: App
    signing_secret: str
    now: Callable[[], float]
    is_alive: Callable[[], bool]
    is_ready: Callable[[], bool]
    arrivals: Once = field(default_factory=partial(Once, remembered=ARRIVALS))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        routes: Routes = {
            EVENTS: ("POST", self._receive),
            "/healthz": ("GET", lambda _: _status(b"ok", is_good=self.is_alive())),
            "/readyz": ("GET", lambda _: _status(b"ready", is_good=self.is_ready())),
        }
        return answer(environ, start_response, routes)

    def _receive(self, environ: WSGIEnvironment) -> Response:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > MAX_BODY_BYTES:
            return Response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = environ["wsgi.input"].read(length)
        signature = environ.get("HTTP_X_SLACK_SIGNATURE")
        if not is_signed(
            body,
            timestamp=environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP"),
            signature=signature,
            secret=self.signing_secret,
            now=self.now(),
        ):
            return Response(HTTPStatus.UNAUTHORIZED)
        try:
            payload = read_request_body(body, environ.get("CONTENT_TYPE", ""))
        except UnreadableError:
            return Response(HTTPStatus.BAD_REQUEST)
        event_id = payload.get("event_id")
        with self.arrivals.attempt(event_id or signature) as is_first:
            if is_first:
                return self._dispatch(payload)
        # Slack sends an event until it is heard; anything else that comes twice was recorded.
        return Response(HTTPStatus.OK if event_id else HTTPStatus.CONFLICT)

    def _dispatch(self, payload: dict[str, Any]) -> Response:
        # Over HTTP Bolt would read the body a second time, and its own way: "payload" in the text
        # of a command made it lose the whole command.
        said = self.app.dispatch(BoltRequest(body=payload, mode="socket_mode"))
        headers = {name: values[0] for name, values in said.headers.items()}
        return Response(HTTPStatus(said.status), (said.body or "").encode(), headers)


def _status(word: bytes, *, is_good: bool) -> Response:
    # One word and no reason: this port is open to everybody, the operations port is not.
    if is_good:
        return Response(HTTPStatus.OK, word)
    return Response(HTTPStatus.SERVICE_UNAVAILABLE, b"not " + word)
