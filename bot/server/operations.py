"""HTTP endpoint for operators: three paths on a port of their own, and no amount on any."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.server.health import HealthChecks
from bot.server.http_server import Response, Routes, answer


@dataclass(frozen=True, slots=True)
class OperationsEndpoint:
    """A WSGI application: ``/healthz``, ``/readyz`` and ``/metrics``."""

    health: HealthChecks

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        routes: Routes = {
            "/healthz": ("GET", self._answer_health),
            "/readyz": ("GET", self._answer_readiness),
            "/metrics": ("GET", self._answer_metrics),
        }
        return answer(environ, start_response, routes)

    def _answer_health(self, _: WSGIEnvironment) -> Response:
        if self.health.is_alive():
            return Response(HTTPStatus.OK, b"ok\n")
        return Response(HTTPStatus.SERVICE_UNAVAILABLE, b"no job has run for 90 seconds\n")

    def _answer_readiness(self, _: WSGIEnvironment) -> Response:
        reasons = self.health.check_readiness()
        if not reasons:
            return Response(HTTPStatus.OK, b"ready\n")
        return Response(
            HTTPStatus.SERVICE_UNAVAILABLE, "".join(f"{one}\n" for one in reasons).encode()
        )

    def _answer_metrics(self, _: WSGIEnvironment) -> Response:
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return Response(HTTPStatus.OK, generate_latest(self.health.meter.registry), headers)
