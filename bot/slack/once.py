"""Does a thing once, however often its button is pressed."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from bot.message import Message
from bot.slack.failures import UnclearError

REMEMBERED = 1_000


class Once:
    """Remembers the last thousand things that were done, or may have been."""

    def __init__(self, *, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._lock = threading.Lock()
        # remembered by this process: after a restart the same button may do it again
        self._done: OrderedDict[Hashable, None] = OrderedDict()

    @contextmanager
    def attempt(self, key: Hashable) -> Iterator[bool]:
        """Yield True to the first who attempts a thing; a failure lets the next one attempt it."""
        if not self._claim(key):
            yield False
            return
        try:
            yield True
        except UnclearError:
            raise  # Slack may have done it: a second attempt could post it twice
        except BaseException:
            with self._lock:
                self._done.pop(key, None)
            raise  # nothing was done: another press may try again

    def saved(self, view_id: str, save: Callable[[], Message], *, listed_by: str) -> Message:
        """Save a submitted form once, however often Slack made the person press its button."""
        with self.attempt(view_id) as is_first:
            return save() if is_first else saved_before(listed_by)

    def _claim(self, key: Hashable) -> bool:
        with self._lock:
            if key in self._done:
                return False
            self._done[key] = None
            if len(self._done) > self._remembered:
                self._done.popitem(last=False)
            return True


def saved_before(listed_by: str) -> Message:
    """Say that a form is saved already, and which command lists what came of it."""
    return Message(f"This form is saved already: `{listed_by}` shows what came of it.")
