"""The HTTP face: three paths, and nothing reaches Bolt that Slack has not signed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from slack_bolt import App, BoltRequest

from bot.server.listening import ARRIVALS
from bot.server.payloads import UnreadableError, read_payload
from bot.server.responses import Response, refuse_method
from bot.server.signatures import is_signed
from bot.slack.once import Once

EVENTS, HEALTH, READY = "/slack/events", "/healthz", "/readyz"
METHODS = {EVENTS: "POST", HEALTH: "GET", READY: "GET"}
MAX_BODY_BYTES = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """A WSGI application.

    Attributes
    ----------
    app : App
        Gets what is signed; verifies nothing itself.
    signing_secret : str
        Of the Slack app.
    now : callable
        Seconds since the epoch.
    is_alive, is_ready : callable
        Tell whether the process does its work, and whether questions can be answered just now.
    arrivals : Once
        What was let in before, by event id or signature.
    """

    app: App
    signing_secret: str
    now: Callable[[], float]
    is_alive: Callable[[], bool]
    is_ready: Callable[[], bool]
    arrivals: Once = field(default_factory=partial(Once, remembered=ARRIVALS))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self._respond(environ).send(start_response)

    def _respond(self, environ: WSGIEnvironment) -> Response:
        path = environ.get("PATH_INFO", "")
        method = METHODS.get(path)
        if method is None:
            return Response(HTTPStatus.NOT_FOUND)
        if environ["REQUEST_METHOD"] != method:
            return refuse_method(method)
        if path == HEALTH:
            return _told(b"ok", is_good=self.is_alive())
        if path == READY:
            return _told(b"ready", is_good=self.is_ready())
        return self._receive(environ)

    def _receive(self, environ: WSGIEnvironment) -> Response:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > MAX_BODY_BYTES:
            return Response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = environ["wsgi.input"].read(length)
        if not is_signed(
            body,
            timestamp=environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP"),
            signature=environ.get("HTTP_X_SLACK_SIGNATURE"),
            secret=self.signing_secret,
            now=self.now(),
        ):
            return Response(HTTPStatus.UNAUTHORIZED)
        try:
            payload = read_payload(body, environ.get("CONTENT_TYPE", ""))
        except UnreadableError:
            return Response(HTTPStatus.BAD_REQUEST)
        return self._receive_once(payload, signature=environ["HTTP_X_SLACK_SIGNATURE"])

    def _receive_once(self, payload: dict[str, Any], *, signature: str) -> Response:
        """Refuse what somebody recorded; an event Slack itself sends again until it is heard."""
        event_id = payload.get("event_id")
        with self.arrivals.attempt(event_id or signature) as is_first:
            if is_first:
                return self._dispatch(payload)
        return Response(HTTPStatus.OK if event_id else HTTPStatus.CONFLICT)

    def _dispatch(self, payload: dict[str, Any]) -> Response:
        # Over HTTP Bolt would read the body a second time, and its own way: "payload" in what is
        # typed after a command made it lose the whole command.
        answer = self.app.dispatch(BoltRequest(body=payload, mode="socket_mode"))
        headers = {name: values[0] for name, values in answer.headers.items()}
        return Response(HTTPStatus(answer.status), (answer.body or "").encode(), headers)


def _told(word: bytes, *, is_good: bool) -> Response:
    """Return one word; what is wrong is told on the operations port, which is nobody else's."""
    if is_good:
        return Response(HTTPStatus.OK, word)
    return Response(HTTPStatus.SERVICE_UNAVAILABLE, b"not " + word)
