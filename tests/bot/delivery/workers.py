"""Couriers as processes of their own, which a test may stop, kill, and start anew."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.slack.server import FakeSlack
from tests.slack.waiting import wait_for

ROOT = Path(__file__).parents[3]
COURIER = "courier"


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

    def __init__(self, forker: "subprocess.Popen[str]", pid: int) -> None:
        self._forker = forker
        self.pid = pid
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
        assert self._forker.stdout is not None
        return int(self._forker.stdout.readline())


class Workers:
    """Starts workers; each that runs beside others has a forker of its own."""

    def __init__(self) -> None:
        self._forkers: list[subprocess.Popen[str]] = []
        self._all = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for forker in self._forkers:
            forker.kill()
        self._all.close()

    def prepare(self, task: Task, *, number: int = 0) -> Worker:
        """Return a worker that waits for `Worker.begin`, on forker ``number``."""
        while len(self._forkers) <= number:
            self._forkers.append(self._start())
        forker = self._forkers[number]
        assert forker.stdin is not None
        assert forker.stdout is not None
        print(task.line(), file=forker.stdin, flush=True)
        return Worker(forker, int(forker.stdout.readline()))

    def run(self, task: Task) -> int:
        """Let a worker do its task, and return how it ended."""
        return self.prepare(task).begin().wait()

    def run_all(self, task: Task, count: int) -> list[int]:
        """Let several do the same at the same time, and return how each ended."""
        prepared = [self.prepare(task, number=number) for number in range(count)]
        for worker in prepared:
            worker.begin()
        return [worker.wait() for worker in prepared]

    def _start(self) -> "subprocess.Popen[str]":
        return self._all.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "tests.bot.delivery.worker_process"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
