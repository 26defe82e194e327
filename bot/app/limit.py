"""How many requests are served at the same time, and what one too many is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from bot.errors import BotError

MAX_REQUESTS = 68
"""Requests of every kind served at once: four at work, the rest waiting for their turn or Slack."""


class BusyError(BotError):
    """So many requests are being served that one more would wait in vain."""

    def __init__(self) -> None:
        super().__init__("I am busy with other questions: try again in a moment")


class ConcurrencyLimit:
    """Limits how many requests are served at the same time, and refuses one too many at once."""

    def __init__(self, most: int) -> None:
        self._free = BoundedSemaphore(most)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Count as one request until the block ends.

        Raises
        ------
        BusyError
            If as many as may be are being served.
        """
        if not self._free.acquire(blocking=False):
            raise BusyError
        try:
            yield
        finally:
            self._free.release()
