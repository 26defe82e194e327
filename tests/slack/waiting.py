"""Waiting for something to become true, by looking often rather than sleeping long."""

import time
from collections.abc import Callable
from typing import TypeVar

LOOK_EVERY_SECONDS = 0.002

T = TypeVar("T")


def wait_for(
    look: Callable[[], T], *, timeout: float = 10.0, what: str | Callable[[], str] = "a condition"
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
