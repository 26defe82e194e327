"""Couriers as processes of their own, which a test may stop, kill, and start anew."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.slack.server import FakeSlack
from tests.slack.waiting import wait_for

ROOT = Path(__file__).parents[3]
COURIER = "courier"
HERALD = "herald"
"""Evaluates alerts, tells whom they are for, and carries what there is to carry."""
PUBLISHER = "publisher"
"""Plans the weeks of a monthly digest, and carries what there is to carry."""
AMENDER = "amender"
"""Carries what there is to carry: an alert that was posted, and acknowledged since."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a worker is to do.

    ``ahead`` is how many seconds its clock is ahead; one that ``skips`` moves it on by itself
    where it would only wait.
    """

    database_url: str
    api_url: str
    token: str
    sender: str = COURIER
    ahead: float = 0
    skips: bool = True

    @classmethod
    def of(cls, slack: FakeSlack, database_url: str) -> Self:
        return cls(database_url=database_url, api_url=slack.api_url, token=slack.bot_token)

    def later(self, seconds: float) -> Self:
        """Return the same for a worker that is started that much later."""
        return replace(self, ahead=self.ahead + seconds)

    def line(self) -> str:
        return json.dumps({name: getattr(self, name) for name in self.__dataclass_fields__})


class Worker:
    """One process, which has not begun yet."""

    def __init__(self, pid: int, wait: Callable[[int], int]) -> None:
        self.pid = pid
        self._wait = wait
        wait_for(lambda: self.is_stopped, what="the worker to be there")

    @property
    def is_stopped(self) -> bool:
        state = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
        return state.split()[0] in {"T", "t"}

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def begin(self) -> Self:
        self.signal(signal.SIGCONT)
        return self

    def wait(self) -> int:
        """Return how it ended, as ``os.waitpid`` does."""
        return self._wait(self.pid)


class Workers:
    """Starts workers, any number at a time."""

    def __init__(self) -> None:
        self._forker = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.delivery.worker_process"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ended: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._forker.communicate()

    def prepare(self, task: Task) -> Worker:
        """Return a worker that waits for `Worker.begin`."""
        assert self._forker.stdin is not None
        print(task.line(), file=self._forker.stdin, flush=True)
        while (began := self._read()) is None:
            pass
        return Worker(began, self._wait)

    def run(self, task: Task) -> int:
        """Let a worker do its task, and return how it ended."""
        return self.prepare(task).begin().wait()

    def run_all(self, task: Task, count: int) -> list[int]:
        """Let several do the same at the same time, and return how each ended."""
        prepared = [self.prepare(task) for _ in range(count)]
        for worker in prepared:
            worker.begin()
        return [worker.wait() for worker in prepared]

    def _wait(self, pid: int) -> int:
        while pid not in self._ended:
            self._read()
        return self._ended.pop(pid)

    def _read(self) -> int | None:
        """Read one line; return the process that began, if that is what it says."""
        assert self._forker.stdout is not None
        word, pid, status = self._forker.stdout.readline().split()
        if word == "began":
            return int(pid)
        self._ended[int(pid)] = int(status)
        return None
