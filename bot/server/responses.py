"""What a WSGI application of ours answers, and how it goes back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from wsgiref.types import StartResponse

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back."""

    status: HTTPStatus
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": PLAIN})

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """Hand it to the server."""
        length = {"Content-Length": str(len(self.body))}
        start_response(
            f"{self.status.value} {self.status.phrase}", list((self.headers | length).items())
        )
        return [self.body]


def refuse_method(allowed: str) -> Response:
    """Return the answer to a method that a path does not know."""
    return Response(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": allowed})
