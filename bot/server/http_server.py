"""HTTP server: waitress with limits that fit Slack, and a stop that answers what has come in."""

import logging
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Event, Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from waitress import wasyncore
from waitress.server import create_server

from bot.errors import SettingsError

THREADS = 32
MAX_CONNECTIONS = 300
"""Connections at a time; more wait in the machine's own queue."""
MAX_BODY_BYTES = 200_000
"""Beyond this a body is not even read; up to it the application decides."""
MAX_HEADER_BYTES = 16_384
REQUEST_SECONDS = 5
"""Slack waits three for an answer; a client that takes longer to ask is not Slack."""
HEADER_SECONDS = 1
"""The same for the headers alone, from when a client has connected or begun to send them."""
ASKING_AT_ONCE = 50
"""Connections of one address that may be asking at a time, however slowly."""
ASKING_ALTOGETHER = 150
"""The same for all addresses: half of the places stay for who asks at once."""
ANSWER_SECONDS = 10
"""How long a stop waits for answers: Bolt gives a listener three seconds to acknowledge."""
CHECK_SECONDS = 0.25
PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to one request."""

    status: HTTPStatus
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": PLAIN})


Routes = Mapping[str, tuple[str, Callable[[WSGIEnvironment], Response]]]
"""By path: its only method, and the function that answers."""


def answer(
    environ: WSGIEnvironment, start_response: StartResponse, routes: Routes
) -> Iterable[bytes]:
    """Answer one request; refuse a path or a method that is not among ``routes``."""
    method, respond = routes.get(environ.get("PATH_INFO", ""), (None, None))
    if respond is None:
        response = Response(HTTPStatus.NOT_FOUND)
    elif environ["REQUEST_METHOD"] != method:
        response = Response(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": str(method)})
    else:
        response = respond(environ)
    headers = response.headers | {"Content-Length": str(len(response.body))}
    status = f"{response.status.value} {response.status.phrase}"
    start_response(status, list(headers.items()))
    return [response.body]


class SlowClients:
    """Closes connections on which no whole request comes in time, by monotonic seconds."""

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        self._checked_at = now()
        self._asking_since: dict[Any, float] = {}
        self._heading_since: dict[Any, float] = {}

    def close(self, channels: Collection[Any]) -> None:
        """Check all connections, at most four times a second."""
        # waitress's own limit starts anew with every byte: a client that sends one now and then
        # would keep its place for ever, and 300 of them every place.
        now = self._now()
        if now - self._checked_at < CHECK_SECONDS:
            return
        self._checked_at = now
        asking = [each for each in channels if not each.requests]
        self._asking_since = _since(self._asking_since, asking, now)
        self._heading_since = _since(self._heading_since, filter(_is_heading, asking), now)
        _close_older(self._asking_since, now - REQUEST_SECONDS)
        _close_older(self._heading_since, now - HEADER_SECONDS)
        self._share_out(now)

    def _share_out(self, now: float) -> None:
        """Let each address, and all together, have their newest connections alone."""
        # The longest there come first. A request that comes at once is seen by one look at most.
        there = [channel for channel, since in self._asking_since.items() if since < now]
        by_address: defaultdict[str, list[Any]] = defaultdict(list)
        for channel in there:
            by_address[channel.addr[0]].append(channel)
        for channels in by_address.values():
            _close_first(channels, left=ASKING_AT_ONCE)
        _close_first(there, left=ASKING_ALTOGETHER)


def _close_first(channels: Sequence[Any], *, left: int) -> None:
    for channel in channels[:-left]:
        channel.will_close = True


def _since(before: Mapping[Any, float], channels: Iterable[Any], now: float) -> dict[Any, float]:
    # By the connection itself: the id of one that is gone may be that of the next.
    there = {channel: before.get(channel, now) for channel in channels}
    return dict(sorted(there.items(), key=lambda each: each[1]))


def _is_heading(channel: Any) -> bool:  # noqa: ANN401 - waitress's
    if channel.request is not None:
        return not channel.request.headers_finished
    # Between two requests a proxy may keep a connection for longer.
    return bool(channel.last_activity == channel.creation_time)


def _close_older(since: Mapping[Any, float], moment: float) -> None:
    for channel, began in since.items():
        if began <= moment:
            channel.will_close = True


class HttpServer:
    """A WSGI application on a port of its own.

    Parameters
    ----------
    port : int
        Where it listens; 0 takes a free one.
    settings : pair of str
        Names of host and port in the settings, for the error that blames them.
    now : callable
        Seconds that no clock change moves, for how long a client may take to ask.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        host: str,
        port: int,
        settings: tuple[str, str] = ("NRRBOT_HOST", "PORT"),
        threads: int = THREADS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._application = application
        self._host = host
        self.port = port
        self._settings, self._threads, self._now = settings, threads, now
        self._channels: dict[int, Any] = {}
        self._is_stopping = Event()
        self._server: Any = None

    def start(self) -> None:
        """Listen.

        Raises
        ------
        SettingsError
            If the port is taken, or the host is not this machine.
        """
        # It warns of each request that waits for a thread, which under a flood is every one.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        listener = self._bind()
        self.port = listener.getsockname()[1]
        self._server = create_server(
            self._application,
            map=self._channels,
            sockets=[listener],
            threads=self._threads,
            connection_limit=MAX_CONNECTIONS,
            max_request_body_size=MAX_BODY_BYTES,
            max_request_header_size=MAX_HEADER_BYTES,
            ident=None,
        )
        self._thread = Thread(target=self._run, name="http")
        self._thread.start()

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            return socket.create_server((self._host, self.port), family=family)
        except OSError as error:
            host, port = self._settings
            raise SettingsError(
                f"{port} {self.port} on {host} {self._host} cannot be listened on: is it taken?"
            ) from error

    def _run(self) -> None:
        slow = SlowClients(now=self._now)
        while not self._is_stopping.is_set():
            self._turn()
            slow.close([*self._server.active_channels.values()])
        self._server.accepting = False
        until = time.monotonic() + ANSWER_SECONDS
        while self._server.active_channels and time.monotonic() < until:
            self._close_answered()
            self._turn()

    def _turn(self) -> None:
        wasyncore.loop(timeout=CHECK_SECONDS, use_poll=True, map=self._channels, count=1)

    def _close_answered(self) -> None:
        for channel in self._server.active_channels.values():
            # waitress takes a request off its list only once the answer is in the buffer, so that
            # no answer is missed between these two; `will_close` also ends the reading.
            if not channel.requests and not channel.total_outbufs_len:
                channel.will_close = True

    def stop(self) -> None:
        """Answer each request that has come in whole, then close every connection."""
        if self._server is None:
            return  # it was never started, because something else failed before it
        self._is_stopping.set()
        self._server.pull_trigger()
        self._thread.join()
        # Only now: it cancels every request that still waits for a thread.
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._channels)
