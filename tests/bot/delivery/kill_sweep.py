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
from typing import Any, Self

import pytest

from metrics.alerts.rules import DEFAULT_RULES
from storage.alerts.actions import acknowledge
from storage.alerts.states import read_alerts
from tests.bot.delivery.letters import Office
from tests.bot.delivery.monthly import A_MONTH, subscribe_monthly
from tests.bot.delivery.workers import AMENDER, COURIER, HERALD, PUBLISHER, Task, Worker, Workers
from tests.slack.messages import Message
from tests.storage.stores import open_store, rows

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
LEFT = """
SELECT state, picture_state, count(alert_notice.dedupe_key)
FROM outbox LEFT JOIN alert_notice ON alert_notice.outbox_key = outbox.dedupe_key
GROUP BY outbox.id
"""
LATER = 150
"""When the worker is started anew, in seconds: the claim of the one that was killed has run out."""


@dataclass
class Tally:
    """How often what was to be said was said, over all kills, in a channel and in a thread each.

    ``pictures`` is how many a message shows; ``left`` is what the outbox holds in the end: how far
    a message and its picture got, and how many notices it tells.
    """

    said: Counter[int] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    pictures: Counter[int] = field(default_factory=Counter)
    left: Counter[tuple[Any, ...]] = field(default_factory=Counter)

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
        self.pictures += other.pictures
        self.left += other.left
        return self

    def __str__(self) -> str:
        return (
            f"{self.once} of {self.total} exactly one, {self.lost} lost, {self.doubled} doubled"
            f" (kills: {', '.join(f'{name} {number}' for name, number in self.kills.items())})"
        )


class KillSweep:
    """Sweeps one sender over a store that holds a message and its thread, or a drop to tell of.

    Parameters
    ----------
    office : Office
        Its SQLite store is copied for every kill.
    """

    def __init__(self, office: Office, workers: Workers, *, sender: str = COURIER) -> None:
        self._office = office
        self._workers = workers
        self._sender = sender
        self._posted: list[Message] = []
        if sender == HERALD:
            office.drop()
        elif sender == AMENDER:
            self._tell_and_acknowledge()
        elif sender == PUBLISHER:
            owner, channel, now = office.owner.id, office.channel.id, office.now()
            subscribe_monthly(office.store, channel_id=channel, owner_id=owner, now=now)
        elif sender == COURIER:
            subscription = office.subscribe()
            parent = office.enqueue(subscription, pictures=1)
            office.enqueue(subscription, kind="thread", pictures=1, follows=parent)
        else:
            office.enqueue(office.subscribe())
        office.store.engine.dispose()
        path = office.store.sqlite_path
        assert path is not None
        self._template = path

    def _tell_and_acknowledge(self) -> None:
        office = self._office
        office.drop()
        task = Task.of(office.slack, f"sqlite:///{office.store.sqlite_path}")
        assert self._workers.run(replace(task, sender=HERALD)) == 0
        self._posted = office.direct()
        rules = {rule.rule_id: rule for rule in DEFAULT_RULES}
        with office.store.write(ledger=False) as session:
            for one in read_alerts(session).values():
                rule = rules[one.rule_id].over(one.scope)
                acknowledge(session, rule, user_id=office.owner.id, now=office.now())

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
            for message in self._posted:  # as it was before anybody had acknowledged it
                self._office.slack.workspace.put_message(message)
            task = replace(Task.of(self._office.slack, f"sqlite:///{path}"), sender=self._sender)
            was_killed = self._run_traced(task, syscall, number)
            assert self._workers.run(task.later(LATER)) == 0
            if self._sender == PUBLISHER:  # the weeks until another month has closed are quiet
                assert self._workers.run(task.later(A_MONTH.total_seconds())) == 0
            self._count(path, tally)
        if was_killed:
            tally.kills[syscall] += 1
        return was_killed

    def _run_traced(self, task: Task, syscall: str, number: int) -> bool:
        worker = self._workers.prepare(task)
        with tracing(worker, syscall, number):
            status = worker.begin().wait()
        assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL
        return status != 0

    def _count(self, path: Path, tally: Tally) -> None:
        in_person = self._sender in {HERALD, AMENDER}
        shown = self._office.direct() if in_person else self._office.shown()
        if self._sender == AMENDER:
            shown = [one for one in shown if one.text.startswith("Acknowledged on ")]
        in_thread = sum(message.thread_ts is not None for message in shown)
        tally.said[len(shown) - in_thread] += 1
        if self._sender in {COURIER, PUBLISHER}:
            tally.said[in_thread] += 1
        for message in shown:
            tally.pictures[[block["type"] for block in message.blocks].count("image")] += 1
            self._office.slack.workspace.delete_message(message)
        with open_store(path) as store:
            tally.left[tuple(rows(store, LEFT))] += 1


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
        self._tracer.communicate()


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
