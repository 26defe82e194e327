"""Kill a sender at every system call of a kind, start it anew, and count what the channel shows."""

import os
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import pytest

from tests.bot.delivery.letters import Office
from tests.bot.delivery.workers import COURIER, Task, Worker, Workers
from tests.storage.stores import open_store

SYSCALLS = (
    "connect",
    "sendto",
    "recvfrom",
    "pwrite64",
    "fdatasync",
    "fsync",
    "unlink",
    "poll",
    "close",
)
"""Every step on the network and in the store; each apart, because strace counts each apart."""
LATER = 150
"""When the worker is started anew, in seconds: the claim of the one that was killed has run out."""


@dataclass
class Tally:
    """How often what was to be said was said, over all kills."""

    said: Counter[int] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    unsettled: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return self.said[0]

    @property
    def once(self) -> int:
        return self.said[1]

    @property
    def doubled(self) -> int:
        return sum(number for times, number in self.said.items() if times > 1)

    @property
    def total(self) -> int:
        return self.said.total()

    def __iadd__(self, other: Self) -> Self:
        self.said += other.said
        self.kills += other.kills
        self.unsettled += other.unsettled
        return self

    def __str__(self) -> str:
        return (
            f"{self.once} of {self.total} exactly one, {self.lost} lost, {self.doubled} doubled"
            f" (kills: {', '.join(f'{name} {number}' for name, number in self.kills.items())})"
        )


class KillSweep:
    """Sweeps one sender over a store that holds one message with a picture.

    Parameters
    ----------
    office : Office
        Its SQLite store is copied for every kill.
    """

    def __init__(self, office: Office, workers: Workers, *, sender: str = COURIER) -> None:
        self._office = office
        self._workers = workers
        self._sender = sender
        pictures = 1 if sender == COURIER else 0
        self._key = office.enqueue(office.subscribe(), pictures=pictures)
        office.store.engine.dispose()
        path = office.store.sqlite_path
        assert path is not None
        self._template = path

    def run(
        self, syscalls: Iterable[str] = SYSCALLS, *, numbers: Iterable[int] | None = None
    ) -> Tally:
        """Kill at the first call of each kind, at the second, and so on until it gets through."""
        tally = Tally()
        for syscall in syscalls:
            for number in numbers or count(1):
                if not self._kill_once(syscall, number, tally):
                    break
        return tally

    def _kill_once(self, syscall: str, number: int, tally: Tally) -> bool:
        """Kill at one call and start anew; False if there are not as many calls."""
        with TemporaryDirectory() as folder:
            path = Path(shutil.copy(self._template, Path(folder) / "nrrbot.db"))
            task = replace(Task.of(self._office.slack, f"sqlite:///{path}"), sender=self._sender)
            was_killed = self._run_traced(task, syscall, number)
            assert self._workers.run(task.later(LATER)) == 0
            self._count(path, f"{syscall} {number}", tally)
        if was_killed:
            tally.kills[syscall] += 1
        return was_killed

    def _run_traced(self, task: Task, syscall: str, number: int) -> bool:
        worker = self._workers.prepare(task)
        with tracing(worker, syscall, number):
            status = worker.begin().wait()
        assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL
        return status != 0

    def _count(self, path: Path, where: str, tally: Tally) -> None:
        shown = self._office.shown()
        tally.said[len(shown)] += 1
        for message in shown:
            self._office.slack.workspace.delete_message(message)
        if self._sender != COURIER:
            return
        with open_store(path) as store:
            row = replace(self._office, store=store).row(self._key)
        if (row.state, row.picture_state) != ("sent", "shown"):
            tally.unsettled.append(f"{where}: {row.state}, {row.picture_state}")


class tracing:  # noqa: N801 - a context manager, used like a function
    """strace on a worker, which kills it as it enters its nth call of a kind."""

    def __init__(self, worker: Worker, syscall: str, number: int) -> None:
        self._command = [
            *("strace", "-f", "-p", str(worker.pid), "-o", os.devnull),
            *("-e", f"trace={syscall}", "-e", f"inject={syscall}:signal=KILL:when={number}"),
        ]

    def __enter__(self) -> None:
        self._tracer = subprocess.Popen(  # noqa: S603 - fixed arguments
            self._command, stderr=subprocess.PIPE, text=True
        )
        assert self._tracer.stderr is not None
        said = self._tracer.stderr.readline()
        assert "attached" in said, said

    def __exit__(self, *_: object) -> None:
        self._tracer.communicate(timeout=30)


def require_strace() -> None:
    """Skip where there is no strace, or where it may not trace."""
    command = ["strace", "-o", os.devnull, "-e", "inject=getpid:signal=KILL:when=99", "true"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - fixed
    except FileNotFoundError:
        pytest.skip("strace is not installed: `apt install strace`")
    if done.returncode:
        pytest.skip("strace may not trace here")


def sampled(step: int, most: int) -> Iterator[int]:
    """Yield every ``step``-th number, of which there are at most so many."""
    yield from range(1, 1 + step * most, step)
