import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection

import pytest

from bot.server.listening import CLIENTS
from bot.server.patience import REQUEST_SECONDS, Patience
from tests.bot.edge import RunningBot
from tests.slow import IS_SLOW, only_slow

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
    patience = Patience(now=clock)
    while clock.now < until:
        clock.now += 0.5
        patience.end([connection])
    return connection


def test_who_asks_in_time_is_left_alone() -> None:
    assert not looked_at(Connection(), until=REQUEST_SECONDS).will_close


def test_who_never_finishes_asking_is_closed() -> None:
    assert looked_at(Connection(), until=REQUEST_SECONDS + 2).will_close


def test_who_waits_for_an_answer_is_never_closed() -> None:
    assert not looked_at(Connection([object()]), until=60).will_close


def test_patience_begins_anew_after_each_answer() -> None:
    clock, connection = Seconds(), Connection()
    patience = Patience(now=clock)
    for second in range(1, 40):
        clock.now = second
        connection.requests = [object()] if second % 4 == 0 else []
        patience.end([connection])

    assert not connection.will_close


@pytest.fixture
def dripping(bot: RunningBot) -> Iterator[list[socket.socket]]:
    """As many connections as the bot takes, or a few, each with half a request."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(socket.create_connection(("127.0.0.1", bot.port), timeout=20))
            for _ in range(CLIENTS if IS_SLOW else 40)
        ]


def is_healthy(port: int, *, timeout: float) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except TimeoutError:
        return False
    finally:
        connection.close()


def drip(clients: list[socket.socket], *, seconds: float) -> int:
    """Send a byte on each every half second; return how many were closed meanwhile."""
    until, closed = time.monotonic() + seconds, set[int]()
    while time.monotonic() < until and len(closed) < len(clients):
        for number, client in enumerate(clients):
            try:
                client.sendall(b"x")
            except OSError:
                closed.add(number)
        time.sleep(0.5)
    return len(closed)


@pytest.mark.slack
def test_slow_clients_neither_hold_the_others_up_nor_stay(
    bot: RunningBot, dripping: list[socket.socket]
) -> None:
    for client in dripping:
        client.sendall(HALF_A_REQUEST)
    if not IS_SLOW:
        assert is_healthy(bot.port, timeout=2)

    assert drip(dripping, seconds=3 * REQUEST_SECONDS) == len(dripping)
    assert is_healthy(bot.port, timeout=2)


@only_slow
@pytest.mark.slack
def test_a_place_is_free_again_within_seconds_though_all_were_taken(
    bot: RunningBot, dripping: list[socket.socket]
) -> None:
    for client in dripping:
        client.sendall(HALF_A_REQUEST)

    assert is_healthy(bot.port, timeout=REQUEST_SECONDS + 4)
