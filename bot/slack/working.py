"""Says that an answer takes a while: once somebody has waited for two seconds, not before."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Lock, Thread

from bot.slack.failures import SLACK_ERRORS

LONG_SECONDS = 2.0
WORKING = "This takes a moment: if nothing follows within two minutes, try again."
STARTING = "I have just been started: submit this once more in a moment."

CallBack = Callable[[], object]
Timer = Callable[[CallBack], None]
"""Calls back once whatever begins now takes long."""
Note = Callable[[], CallBack]
"""Says `WORKING`, and returns what takes that back where Slack lets it be."""


def never(_call_back: CallBack) -> None:
    """Find nothing to take long, however slow the machine is."""


def start_timer(seconds: float) -> Timer:
    """Start one thread that calls back, so many seconds after each call of what is returned."""
    waiting = SimpleQueue[tuple[float, CallBack]]()

    def run() -> None:
        while True:
            due, call_back = waiting.get()
            time.sleep(max(due - time.monotonic(), 0.0))  # the first that began is due first
            call_back()

    Thread(target=run, name="long-waits", daemon=True).start()
    return lambda call_back: waiting.put((time.monotonic() + seconds, call_back))


class Working:
    """Tells people who wait for long; ``timer`` knows what is long."""

    def __init__(self, timer: Timer) -> None:
        self._timer = timer

    @contextmanager
    def shown(self, note: Note, *, waited: float = 0.0) -> Iterator[None]:
        """Say so if the block takes long, and never after the block; at once after a long wait."""
        wait = _Wait(note)
        if waited < LONG_SECONDS:
            self._timer(wait.grows_long)
        else:
            wait.grows_long()
        try:
            yield
        finally:
            wait.end()


class _Wait:
    def __init__(self, note: Note) -> None:
        self._note = note
        self._lock = Lock()  # it may grow long just as the answer is there
        self._is_over = False
        self._take_back: CallBack = nothing_left

    def grows_long(self) -> None:
        if not self._is_over:  # in a thread of its own: others who wait are told meanwhile
            Thread(target=self._tell, daemon=True).start()

    def _tell(self) -> None:
        with self._lock, suppress(*SLACK_ERRORS):
            if not self._is_over:
                self._take_back = self._note()

    def end(self) -> None:
        with self._lock, suppress(*SLACK_ERRORS):
            self._is_over = True
            self._take_back()


def nothing_left() -> None:
    """Take nothing back, where Slack does that itself or lets nobody do it."""
