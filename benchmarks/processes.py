"""Other processes of ours: how long they take, and how much memory they need."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

ROOT = Path(__file__).parents[1]
_LOOK_EVERY_SECONDS = 0.02


class ProcessFailedError(Exception):
    """A process of ours did not do what it was started for."""

    def __init__(self, said: str) -> None:
        super().__init__(f"a process of the benchmark failed: {said.strip()[-500:]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a process went; memory is the most that was resident."""

    seconds: float
    peak_mebibytes: float
    output: str


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> Outcome:
    """Run our own interpreter with arguments, and return how it went.

    Raises
    ------
    ProcessFailedError
        If it ends with an error.
    """
    began = perf_counter()
    with started(arguments, environment) as process, _watched(process.pid) as peaks:
        output, errors = process.communicate()
        seconds = perf_counter() - began
    if process.returncode:
        raise ProcessFailedError(errors or output)
    return Outcome(seconds=seconds, peak_mebibytes=max(peaks), output=output)


@contextmanager
def started(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """Start our own interpreter with arguments, in an environment of its own."""
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, *arguments],
        cwd=ROOT,
        env=own | dict(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def memory(pid: int, *, peak: bool = False) -> float:
    """Return a process's resident memory in MiB, or the most there was; 0 once it is gone."""
    field = "VmHWM:" if peak else "VmRSS:"
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    kibibytes = [line.split()[1] for line in status.splitlines() if line.startswith(field)]
    return int(kibibytes[0]) / 1024 if kibibytes else 0.0


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """Note a process's peak again and again: once it has ended nobody knows."""
    peaks, done = [0.0], Event()

    def look() -> None:
        while not done.wait(_LOOK_EVERY_SECONDS):
            peaks.append(memory(pid, peak=True))

    watching = Thread(target=look)
    watching.start()
    try:
        yield peaks
    finally:
        done.set()
        watching.join()
