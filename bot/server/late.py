"""Values that are built late: once, by whoever asks for them first."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Late(Generic[T]):
    """Calls ``build`` when it is first called itself; who calls meanwhile waits for the same."""

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._lock = Lock()
        self._built: T | None = None

    def __call__(self) -> T:
        """Build it, or find it built; after an error it is built anew for the next who asks."""
        with self._lock:
            if self._built is None:
                self._built = self._build()
            return self._built

    def peek(self) -> T | None:
        """Look at the result so far; None where nothing is built yet."""
        return self._built
