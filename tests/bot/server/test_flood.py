import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest

from bot.answers.services import AT_ONCE
from bot.app.limit import MAX_REQUESTS
from tests.bot.edge import RunningBot, Scene
from tests.slack.signing import SignedRequest
from tests.slack.waiting import WAIT_SECONDS, wait_for
from tests.slow import IS_SLOW

pytestmark = pytest.mark.slack

COMMANDS = 200 if IS_SLOW else 90
AT_THE_SAME_TIME = COMMANDS if IS_SLOW else 15
"""All at once, and against the clock, only where nothing else keeps the machine busy."""
SLACK_WAITS_SECONDS = 3.0


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came back for one command, and after how many seconds."""

    status: int
    body: str
    seconds: float

    @property
    def is_busy(self) -> bool:
        """Whether the person was asked to try again."""
        return "I am busy" in self.body


def post(port: int, request: SignedRequest, together: threading.Barrier) -> Told:
    together.wait(WAIT_SECONDS)
    began = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    try:
        connection.request("POST", "/slack/events", request.body, request.headers)
        response = connection.getresponse()
        body = response.read().decode()
        return Told(status=response.status, body=body, seconds=time.perf_counter() - began)
    finally:
        connection.close()


def commands(scene: Scene, count: int) -> list[SignedRequest]:
    payload = scene.ask().payload
    return [
        scene.slack.sign(urlencode(payload | {"text": f"qtd {number}"}).encode())
        for number in range(count)
    ]


def test_of_many_commands_at_once_each_is_taken_on_or_told_busy_in_time(
    scene: Scene, bot: RunningBot, capsys: pytest.CaptureFixture[str]
) -> None:
    requests = commands(scene, COMMANDS)
    wait_for(lambda: len(bot.answers.asked) == 1, what="the first answer")
    bot.answers.may_answer.clear()
    together = threading.Barrier(AT_THE_SAME_TIME)
    with ThreadPoolExecutor(AT_THE_SAME_TIME) as people:
        told = list(people.map(lambda request: post(bot.port, request, together), requests))
    bot.answers.may_answer.set()

    counted = Counter("busy" if one.is_busy else one.status for one in told)
    slowest = max(one.seconds for one in told)
    with capsys.disabled():
        if IS_SLOW:
            print(f"\n{COMMANDS} commands: {dict(counted)}, slowest {slowest:.2f} s")  # noqa: T201
    assert counted == {200: MAX_REQUESTS, "busy": COMMANDS - MAX_REQUESTS}
    assert slowest < SLACK_WAITS_SECONDS or not IS_SLOW
    wait_for(lambda: len(bot.answers.asked) == 1 + MAX_REQUESTS, what="an answer for all inside")
    assert AT_ONCE < MAX_REQUESTS
