"""Turns of the messages in one conversation: each goes on from the one before it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from weakref import WeakValueDictionary

from storage.conversations.questions import Thread

PATIENCE_SECONDS = 30
"""Longer than that no message waits for the answer to another."""


class Turns:
    """Lets one question of a conversation be answered at a time, in this process."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._locks = WeakValueDictionary[Thread, Lock]()

    @contextmanager
    def of(self, thread: Thread) -> Iterator[None]:
        """Wait for who is answered there, and keep the next one waiting until the block ends."""
        with self._guard:
            lock = self._locks.setdefault(thread, Lock())
        is_ours = lock.acquire(timeout=PATIENCE_SECONDS)
        try:
            yield
        finally:
            if is_ours:
                lock.release()
