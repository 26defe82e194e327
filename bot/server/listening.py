"""Ways of hearing from Slack, each of which starts and stops."""

import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any, Protocol
from wsgiref.types import WSGIApplication

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from waitress import wasyncore
from waitress.server import create_server

from bot.errors import SettingsError
from bot.server.patience import Patience
from bot.slack.errors import SLACK_ERRORS
from bot.slack.failures import blame_setting
from bot.slack.once import Once

CONNECTIONS = 2
"""While Slack renews one connection, which it does every few hours, the other listens."""

PING_SECONDS = 1.5
"""slack_sdk gives up a connection after at most six pings: what is lost, is back in ten seconds."""
ARRIVALS = 50_000
"""How many requests are remembered: more than a workspace sends while a signature holds."""
HTTP_THREADS = 32
CLIENTS = 300
"""Connections at a time; more wait at the machine's own door."""
FLOOD_BYTES = 200_000
"""Beyond this a body is not even read; up to it `Front` says what it thinks of it."""
HEADER_BYTES = 16_384


class Listening(Protocol):
    """Hears from Slack between `start` and `stop`."""

    @property
    def connections(self) -> int | None:
        """How many connections to Slack are open; None where Slack connects to the bot."""

    def start(self) -> None:
        """Begin, and return once Slack can get through."""

    def stop(self) -> None:
        """Take nothing new, and let go of every connection."""


class OnceHandler(SocketModeHandler):
    """Hands each envelope and each event to the app once, on whichever connection it comes."""

    def __init__(self, *args: Any, arrivals: Once, **kwargs: Any) -> None:  # noqa: ANN401 - Bolt's
        super().__init__(*args, **kwargs)
        self._arrivals = arrivals

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Acknowledge what has come before, and do nothing else about it."""
        with self._arrivals.attempt(req.payload.get("event_id") or req.envelope_id) as is_first:
            if is_first:
                super().handle(client, req)
                return
        client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))


class SocketListening:
    """Two Socket Mode connections.

    Parameters
    ----------
    app : App
        Gets what arrives.
    app_token : str
        Opens the connections.
    api_url : str
        Where Slack's Web API is.
    ping_seconds : float
        How often a connection is tried; a lost one is made anew within six times as long.
    """

    def __init__(
        self, app: App, *, app_token: str, api_url: str, ping_seconds: float = PING_SECONDS
    ) -> None:
        arrivals = Once(remembered=ARRIVALS)
        self._handlers = [
            OnceHandler(
                app,
                app_token,
                arrivals=arrivals,
                web_client=WebClient(base_url=api_url, timeout=10),
                ping_interval=ping_seconds,
            )
            for _ in range(CONNECTIONS)
        ]

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return sum(handler.client.is_connected() for handler in self._handlers)

    def start(self) -> None:
        """Connect; where Slack's address for that is out of reach, go on trying.

        Raises
        ------
        SettingsError
            If Slack does not accept the token or cannot be reached.
        """
        try:
            for handler in self._handlers:
                handler.connect()  # type: ignore[no-untyped-call]
        except SLACK_ERRORS as error:
            raise blame_setting("SLACK_APP_TOKEN", error) from error

    def stop(self) -> None:
        """Close all connections at the same time: each takes some seconds."""
        with ThreadPoolExecutor(CONNECTIONS) as closing:
            list(closing.map(close_connection, self._handlers))


class Closes(Protocol):
    """Lets go of a connection and of the threads that serve it."""

    def close(self) -> None:
        """Close everything."""


def close_connection(handler: Closes) -> None:
    """Close a connection, also one that is being lost at this very moment.

    slack_sdk's own watch may let go of the socket between its two looks at it in ``close``, which
    then raises and leaves its threads running; the second time there is no socket left.
    """
    try:
        handler.close()
    except AttributeError:
        handler.close()


class HttpListening:
    """An HTTP server.

    Parameters
    ----------
    front : callable
        A WSGI application.
    port : int
        Where it listens; 0 takes a free one.
    settings : pair of str
        What host and port are called in the settings.
    """

    def __init__(
        self,
        front: WSGIApplication,
        *,
        host: str,
        port: int,
        settings: tuple[str, str] = ("NRRBOT_HOST", "PORT"),
        threads: int = HTTP_THREADS,
    ) -> None:
        self._front = front
        self._host = host
        self.port = port
        self._settings, self._threads = settings, threads
        self._channels: dict[int, Any] = {}
        self._is_stopping = Event()
        self._server: Any = None

    @property
    def connections(self) -> None:
        """None: Slack connects to the bot."""
        return None

    def start(self) -> None:
        """Listen.

        Raises
        ------
        SettingsError
            If the port is taken, or the host is not this machine.
        """
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        listener = self._bind()
        self.port = listener.getsockname()[1]
        self._server = create_server(
            self._front,
            map=self._channels,
            sockets=[listener],
            threads=self._threads,
            connection_limit=CLIENTS,
            max_request_body_size=FLOOD_BYTES,
            max_request_header_size=HEADER_BYTES,
            ident=None,
        )
        self._thread = Thread(target=self._run, name="http")
        self._thread.start()

    def _run(self) -> None:
        patience = Patience(now=time.monotonic)
        while not self._is_stopping.is_set():
            wasyncore.loop(timeout=1, use_poll=True, map=self._channels, count=1)
            patience.end(self._server.active_channels.values())

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            return socket.create_server((self._host, self.port), family=family)
        except OSError as error:
            host, port = self._settings
            raise SettingsError(
                f"{port} {self.port} on {host} {self._host} cannot be listened on: is it taken?"
            ) from error

    def stop(self) -> None:
        """Let requests under way finish, then close every connection, if it was ever started."""
        if self._server is None:
            return
        self._server.task_dispatcher.shutdown()
        self._is_stopping.set()
        self._server.pull_trigger()
        self._thread.join()
        wasyncore.close_all(self._channels)
