"""Doing a thing once, however often its button is pressed."""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from bot.slack.failures import UnclearError

REMEMBERED = 1_000


class Once:
    """Remembers the last thousand things that were done, or may have been.

    It forgets when the bot restarts; so does Slack, whose private messages are gone by then.
    """

    def __init__(self, *, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._lock = threading.Lock()
        self._done: OrderedDict[Hashable, None] = OrderedDict()

    @contextmanager
    def attempt(self, key: Hashable) -> Iterator[bool]:
        """Yield whether it is still to be done; whoever gets True does it, and nobody after.

        If doing it fails it is to be done still, unless what became of it is unclear.
        """
        if not self._claim(key):
            yield False
            return
        try:
            yield True
        except UnclearError:
            raise
        except BaseException:
            self._release(key)
            raise

    def _claim(self, key: Hashable) -> bool:
        with self._lock:
            if key in self._done:
                return False
            self._done[key] = None
            if len(self._done) > self._remembered:
                self._done.popitem(last=False)
            return True

    def _release(self, key: Hashable) -> None:
        with self._lock:
            self._done.pop(key, None)
