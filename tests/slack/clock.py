"""The wall clock of the fake Slack, which a test may stop, and move forward."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
"""A moment for tests to stand still at: the next weekly digest is due within two days."""


class AdjustableClock:
    """Seconds since the epoch: the real ones plus whatever a test has added."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._ahead = 0.0

    def __call__(self) -> float:
        """Return the current time in seconds since the epoch."""
        return self._source() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the clock forward for good."""
        self._ahead += seconds

    def freeze(self) -> None:
        """Stand still from now on, until moved: at one moment, so that no test goes by its hour."""
        self._source, self._ahead = SATURDAY.timestamp, 0.0
