from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient

from tests.slack import lost_connections
from tests.slack.bolt_app import Connect, Serve
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack


@pytest.fixture
def ack_deadline_seconds() -> float:
    """How long people wait; a test of being late parametrizes it."""
    return 3.0


@pytest.fixture
def slack(ack_deadline_seconds: float) -> Iterator[FakeSlack]:
    with FakeSlack(ack_deadline_seconds=ack_deadline_seconds) as running:
        yield running


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    """The real client, without the retry handler that doubles messages."""
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def ana(slack: FakeSlack) -> User:
    return slack.workspace.add_user("ana")


@pytest.fixture
def revops(slack: FakeSlack) -> Channel:
    return slack.workspace.add_channel("revops")


@pytest.fixture
def connect(slack: FakeSlack) -> Iterator[Connect]:
    """Connects a Bolt app over Socket Mode, with any number of connections."""
    handlers: list[SocketModeHandler] = []

    def connect_app(app: App, connections: int = 1) -> None:
        for _ in range(connections):
            handler = SocketModeHandler(app, slack.app_token, ping_interval=0.2)
            handlers.append(handler)
            handler.connect()  # type: ignore[no-untyped-call]
        slack.wait_for_connections(connections)

    yield connect_app
    slack.help_closing(*(handler.close for handler in handlers))
    handlers.clear()
    lost_connections.collect()


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - wsgiref's name
        pass


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Serve a Bolt app over plain HTTP and yield the address for Slack."""
    server = make_server("127.0.0.1", 0, SlackRequestHandler(app), handler_class=QuietHandler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/slack/events"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve(slack: FakeSlack) -> Iterator[Serve]:
    """Serves a Bolt app over HTTP and tells the fake Slack where."""
    with ExitStack() as servers:

        def serve_app(app: App) -> str:
            slack.request_url = servers.enter_context(serving(app))
            return slack.request_url

        yield serve_app
