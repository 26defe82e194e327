"""Remembers for some time what Slack said of an id or an address."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Looks values up by key and remembers them; a look-up that raises is not remembered.

    Parameters
    ----------
    ask : callable
        Looks one value up.
    now : callable
        Monotonic seconds.
    """

    def __init__(
        self, ask: Callable[[str], T], *, seconds: float, now: Callable[[], float]
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, T]] = {}
        self._forgotten = 0

    def look_up(self, key: str, *, fresh: bool = False) -> T:
        """Return the value of a key; ``fresh`` asks now."""
        asked_at = self._now()
        since = asked_at - self._seconds
        with self._lock:
            self._known = {name: seen for name, seen in self._known.items() if seen[0] > since}
            seen, forgotten = self._known.get(key), self._forgotten
        if seen is not None and not fresh:
            return seen[1]
        found = self._ask(key)  # without the lock: Slack may take seconds
        with self._lock:
            if forgotten == self._forgotten:  # or the answer may be older than what was forgotten
                self._known[key] = (asked_at, found)
        return found

    def forget(self, key: str) -> None:
        """Forget the value of a key, so that the next look-up asks."""
        with self._lock:
            self._known.pop(key, None)
            self._forgotten += 1
