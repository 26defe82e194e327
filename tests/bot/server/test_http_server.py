import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Event
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from waitress.server import create_server

from bot.errors import SettingsError
from bot.server.http_server import MAX_CONNECTIONS, REQUEST_SECONDS, HttpServer, IdleConnections
from tests.bot.edge import RunningBot
from tests.slack.waiting import WAIT_SECONDS, wait_for
from tests.slow import only_slow

HALF_A_REQUEST = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 50\r\n\r\nhalf"


@dataclass(eq=False)
class Connection:
    requests: list[object] = field(default_factory=list)
    will_close: bool = False


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def looked_at(connection: Connection, *, until: float) -> Connection:
    clock = Seconds()
    idle = IdleConnections(now=clock)
    while clock.now < until:
        clock.now += 0.5
        idle.close([connection])
    return connection


def test_who_asks_in_time_is_left_alone() -> None:
    assert not looked_at(Connection(), until=REQUEST_SECONDS).will_close


def test_who_never_finishes_asking_is_closed() -> None:
    assert looked_at(Connection(), until=REQUEST_SECONDS + 2).will_close


def test_who_waits_for_an_answer_is_never_closed() -> None:
    assert not looked_at(Connection([object()]), until=60).will_close


def test_patience_begins_anew_after_each_answer() -> None:
    clock, connection = Seconds(), Connection()
    idle = IdleConnections(now=clock)
    for second in range(1, 40):
        clock.now = second
        connection.requests = [object()] if second % 4 == 0 else []
        idle.close([connection])

    assert not connection.will_close


@pytest.fixture
def dripping(bot: RunningBot) -> Iterator[list[socket.socket]]:
    """As many connections as the bot takes, each with half a request."""
    with ExitStack() as stack:
        yield [stack.enter_context(connection_to(bot.port)) for _ in range(MAX_CONNECTIONS)]


def is_healthy(port: int, *, timeout: float) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except TimeoutError:
        return False
    finally:
        connection.close()


def test_slow_clients_neither_hold_the_others_up_nor_stay() -> None:
    clock = Seconds()
    server = HttpServer(refuse, host="127.0.0.1", port=0, now=clock)
    server.start()
    with ExitStack() as stack:
        clients = [stack.enter_context(connection_to(server.port)) for _ in range(40)]
        for client in clients:
            client.sendall(HALF_A_REQUEST)
        assert get(server.port) == b"refused"  # while the clock stands still, and all of them stay

        for _ in range(REQUEST_SECONDS + 2):
            clock.now += 1
            for client in clients:
                client.sendall(b"x")
            get(server.port)
            get(server.port)  # the server has looked at the clock between the two

        assert [client.recv(1) for client in clients] == [b""] * len(clients)
    assert get(server.port) == b"refused"
    server.stop()


def connection_to(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)


@only_slow
@pytest.mark.slack
def test_a_place_is_free_again_within_seconds_though_all_were_taken(
    bot: RunningBot, dripping: list[socket.socket]
) -> None:
    for client in dripping:
        client.sendall(HALF_A_REQUEST)

    assert is_healthy(bot.port, timeout=REQUEST_SECONDS + 4)


def refuse(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    del environ
    start_response("404 Not Found", [("Content-Length", "7")])
    return [b"refused"]


def test_it_says_that_a_port_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]

        with pytest.raises(SettingsError, match=f"PORT {taken} on NRRBOT_HOST 127.0.0.1"):
            HttpServer(refuse, host="127.0.0.1", port=taken).start()


def test_it_listens_on_an_ipv6_address_too() -> None:
    listening = HttpServer(refuse, host="::1", port=0)

    try:
        listening.start()
    except SettingsError:
        pytest.skip("this machine has no IPv6")

    with socket.create_connection(("::1", listening.port), timeout=60):
        listening.stop()


class SlowApplication:
    """Answers each request only when a test says so."""

    def __init__(self) -> None:
        self.began, self.may_answer = Event(), Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        del environ
        self.began.set()
        assert self.may_answer.wait(WAIT_SECONDS)
        start_response("200 OK", [("Content-Length", "8")])
        return [b"answered"]


def test_a_stop_answers_what_has_come_in_whole_also_what_waits_for_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Any] = []

    def create(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - waitress's
        made.append(create_server(*args, **kwargs))
        return made[0]

    monkeypatch.setattr("bot.server.http_server.create_server", create)
    application = SlowApplication()
    server = HttpServer(application, host="127.0.0.1", port=0, threads=1)
    server.start()
    with (
        ThreadPoolExecutor(3) as threads,
        connection_to(server.port) as half,
    ):
        half.sendall(HALF_A_REQUEST)
        [waitress] = made
        told = [threads.submit(get, server.port) for _ in range(2)]
        assert application.began.wait(WAIT_SECONDS)
        wait_for(
            lambda: len(waitress.task_dispatcher.queue) == 1,
            what="a waiting request",
        )

        stopped = threads.submit(server.stop)
        assert half.recv(100) == b""
        application.may_answer.set()

        assert [one.result() for one in told] == [b"answered", b"answered"]
        stopped.result()


def get(port: int) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()
