import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Event
from typing import Any
from urllib.parse import urlencode
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from waitress.server import create_server

from bot.errors import SettingsError
from bot.server.http_server import (
    ASKING_AT_ONCE,
    HEADER_SECONDS,
    MAX_CONNECTIONS,
    REQUEST_SECONDS,
    HttpServer,
    SlowClients,
)
from tests.bot.edge import RunningBot, Scene
from tests.slack.waiting import WAIT_SECONDS, wait_for
from tests.slow import only_slow

HALF_A_REQUEST = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 50\r\n\r\nhalf"


@dataclass
class Request:
    headers_finished: bool = True


@dataclass(eq=False)
class Connection:
    """A connection as waitress has it, on which a request's body is coming in."""

    requests: list[object] = field(default_factory=list)
    request: Request | None = field(default_factory=Request)
    addr: tuple[str, int] = ("192.0.2.1", 40000)
    creation_time: float = 0.0
    last_activity: float = 1.0
    will_close: bool = False

    @classmethod
    def silent(cls) -> "Connection":
        """One on which nothing was sent yet."""
        return cls(request=None, last_activity=0.0)

    @classmethod
    def heading(cls, address: str = "192.0.2.1") -> "Connection":
        """One on which headers are coming in."""
        return cls(request=Request(headers_finished=False), addr=(address, 40000))


@dataclass
class Seconds:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def looked_at(connection: Connection, *, until: float) -> Connection:
    clock = Seconds()
    slow = SlowClients(now=clock)
    while clock.now < until:
        clock.now += 0.5
        slow.close([connection])
    return connection


def test_who_asks_in_time_is_left_alone() -> None:
    assert not looked_at(Connection(), until=REQUEST_SECONDS).will_close


def test_who_never_finishes_asking_is_closed() -> None:
    assert looked_at(Connection(), until=REQUEST_SECONDS + 2).will_close


def test_who_waits_for_an_answer_is_never_closed() -> None:
    assert not looked_at(Connection([object()]), until=60).will_close


@pytest.mark.parametrize("connection", [Connection.silent, Connection.heading])
def test_headers_are_waited_for_a_second(connection: Callable[[], Connection]) -> None:
    assert not looked_at(connection(), until=HEADER_SECONDS).will_close
    assert looked_at(connection(), until=HEADER_SECONDS + 0.5).will_close


def test_between_two_requests_a_connection_may_rest() -> None:
    assert not looked_at(Connection(request=None), until=REQUEST_SECONDS).will_close
    assert looked_at(Connection(request=None), until=REQUEST_SECONDS + 0.5).will_close


def closed_of(connections: Sequence[Connection], *, after: float) -> int:
    """Count those that are closed once all have been asking for some seconds."""
    clock = Seconds()
    slow = SlowClients(now=clock)
    for _ in range(2):
        clock.now += after
        slow.close(connections)
    return sum(one.will_close for one in connections)


def test_an_address_has_fifty_connections_that_are_asking_and_the_longest_there_go() -> None:
    assert closed_of([Connection() for _ in range(ASKING_AT_ONCE)], after=0.5) == 0
    assert closed_of([Connection() for _ in range(ASKING_AT_ONCE + 20)], after=0.5) == 20
    several = [Connection(addr=(f"192.0.2.{number % 5}", 1)) for number in range(150)]
    assert closed_of(several, after=0.5) == 0  # thirty of each


def test_however_many_addresses_are_slow_half_of_the_places_stay_free() -> None:
    several = [Connection(addr=(f"192.0.2.{number}", 1)) for number in range(200)]

    assert closed_of(several, after=0.5) == 50


def test_of_an_address_the_longest_there_go_first() -> None:
    clock = Seconds()
    slow = SlowClients(now=clock)
    old, new = [Connection() for _ in range(ASKING_AT_ONCE)], [Connection() for _ in range(30)]
    for moment, there in ((0.3, old), (0.6, [*new, *old]), (0.9, [*new, *old])):
        clock.now = moment
        slow.close(there)

    assert sum(one.will_close for one in old) == 30
    assert not any(one.will_close for one in new)


def test_who_asks_at_once_is_not_one_too_many() -> None:
    clock = Seconds()
    slow = SlowClients(now=clock)
    for number in range(1, 10):
        clock.now = number / 3
        quick = [Connection() for _ in range(MAX_CONNECTIONS)]
        slow.close(quick)
        assert not any(one.will_close for one in quick)


def test_patience_begins_anew_after_each_answer() -> None:
    clock, connection = Seconds(), Connection()
    slow = SlowClients(now=clock)
    for second in range(1, 40):
        clock.now = second
        connection.requests = [object()] if second % 4 == 0 else []
        slow.close([connection])

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
                drip(client)
            get(server.port)
            get(server.port)  # the server has looked at the clock between the two

        assert all(is_closed(client) for client in clients)
    assert get(server.port) == b"refused"
    server.stop()


def drip(client: socket.socket, octets: bytes = b"x") -> None:
    with suppress(ConnectionError):  # the server may have closed it already
        client.sendall(octets)


def is_closed(client: socket.socket) -> bool:
    """Whether the server has ended the connection, in order or with a reset."""
    try:
        return client.recv(1) == b""
    except ConnectionError:
        return True


def connection_to(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)


DRIPPING = """
import socket, sys, threading, time

def drip(port, address):
    clients = [None] * 100
    while True:
        for number, client in enumerate(clients):
            try:
                if client is None:
                    client = clients[number] = socket.create_connection(
                        ("127.0.0.1", port), 5, source_address=(address, 0)
                    )
                    client.sendall(b"POST /slack/events HTTP/1.1\\r\\nHost: bot\\r\\n")
                    client.sendall(b"Content-Length: 90000\\r\\n\\r\\n")
                client.sendall(b"x")
            except OSError:
                clients[number] = None
        print(flush=True)
        time.sleep(0.2)

for address in sys.argv[2:]:
    threading.Thread(target=drip, args=[int(sys.argv[1]), address]).start()
"""


@pytest.fixture(params=[["127.0.0.1"] * 5, [f"127.0.0.{n}" for n in range(2, 7)]])
def five_hundred_dripping(bot: RunningBot, request: pytest.FixtureRequest) -> Iterator[None]:
    """Five hundred connections that open again whenever they are closed, a byte now and then."""
    command = [sys.executable, "-c", DRIPPING, str(bot.port), *request.param]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        for _ in range(20):  # each thread has had its turns
            process.stdout.readline()
        yield
        process.kill()


@only_slow
@pytest.mark.slack
@pytest.mark.usefixtures("five_hundred_dripping")
def test_beside_five_hundred_dripping_connections_every_request_is_answered_in_time(
    scene: Scene, bot: RunningBot
) -> None:
    seconds = []
    for number in range(15):
        signed = scene.slack.sign(urlencode(scene.ask().payload | {"text": f"{number}"}).encode())
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", bot.port, timeout=WAIT_SECONDS)
        connection.request("POST", "/slack/events", signed.body, signed.headers)
        assert connection.getresponse().status == 200
        seconds.append(time.perf_counter() - began)
        connection.close()

    assert max(seconds) < 3, sorted(seconds)


@only_slow
@pytest.mark.slack
def test_a_place_is_free_again_within_seconds_though_all_were_taken(
    bot: RunningBot, dripping: list[socket.socket]
) -> None:
    for client in dripping:
        drip(client, HALF_A_REQUEST)

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
