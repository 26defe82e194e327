"""Waiting for something to become true, by looking often rather than sleeping long."""

import time
from collections.abc import Callable
from typing import TypeVar

LOOK_EVERY_SECONDS = 0.002
WAIT_SECONDS = 60.0
"""A condition that comes true ends a wait at once: the limit only has to outlast a busy machine."""

T = TypeVar("T")


def wait_for(
    look: Callable[[], T],
    *,
    timeout: float = WAIT_SECONDS,
    what: str | Callable[[], str] = "a condition",
) -> T:
    """Return the first truthy result of ``look``.

    Raises
    ------
    TimeoutError
        If ``look`` is still falsy after ``timeout`` seconds; the message says ``what`` was
        waited for, which may be worked out only then.
    """
    deadline = time.perf_counter() + timeout
    while not (found := look()):
        if time.perf_counter() > deadline:
            missed = what() if callable(what) else what
            raise TimeoutError(f"waited {timeout:g} s for {missed}")
        time.sleep(LOOK_EVERY_SECONDS)
    return found
