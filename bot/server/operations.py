"""The face for those who run the bot: three paths on a port of their own, and no amount."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from bot.server.responses import Response, refuse_method
from bot.server.vitals import Vitals


@dataclass(frozen=True, slots=True)
class Operations:
    """A WSGI application: ``/healthz``, ``/readyz`` and ``/metrics``."""

    vitals: Vitals
    registry: CollectorRegistry

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self._respond(environ).send(start_response)

    def _respond(self, environ: WSGIEnvironment) -> Response:
        paths: dict[str, Callable[[], Response]] = {
            "/healthz": self._health,
            "/readyz": self._readiness,
            "/metrics": self._metrics,
        }
        respond = paths.get(environ.get("PATH_INFO", ""))
        if respond is None:
            return Response(HTTPStatus.NOT_FOUND)
        if environ["REQUEST_METHOD"] != "GET":
            return refuse_method("GET")
        return respond()

    def _health(self) -> Response:
        if self.vitals.is_alive():
            return Response(HTTPStatus.OK, b"ok\n")
        return Response(HTTPStatus.SERVICE_UNAVAILABLE, b"no job has run for 90 seconds\n")

    def _readiness(self) -> Response:
        reds = self.vitals.find_red()
        if not reds:
            return Response(HTTPStatus.OK, b"ready\n")
        lines = "".join(f"{red}\n" for red in reds)
        return Response(HTTPStatus.SERVICE_UNAVAILABLE, lines.encode())

    def _metrics(self) -> Response:
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return Response(HTTPStatus.OK, generate_latest(self.registry), headers)
