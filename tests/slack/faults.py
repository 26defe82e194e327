"""Faults that a test may put in the bot's way, kept apart from the Slack that works.

A fault strikes once, at the next call of one Web API method (``"chat.postMessage"``), or of
``RESPONSE_URL`` or ``UPLOAD``. What matters is whether Slack had *accepted* the call by then.
"""

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, Self

RESPONSE_URL = "response_url"
UPLOAD = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer that Slack's code did not write."""

    status: int
    body: str | dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What goes wrong with one call.

    Parameters
    ----------
    accepted : bool
        Whether Slack does what was asked, for instance posts the message.
    delay_seconds : float
        How long the caller waits, after Slack has (not) accepted.
    reply : Reply, optional
        What comes back instead of Slack's answer.
    reset : bool
        Whether the connection is reset instead of answered.
    accepts_late : bool
        Whether Slack accepts only after the delay, when the caller may have given up.
    release : Event, optional
        Once it is set the caller gets the answer, after Slack has accepted.
    """

    accepted: bool
    delay_seconds: float = 0.0
    reply: Reply | None = None
    reset: bool = False
    accepts_late: bool = False
    release: threading.Event | None = None

    @property
    def client_timeout(self) -> int:
        """Seconds that a client waits in a test: few only where it is to lose its patience."""
        return 1 if self.delay_seconds else 30

    @classmethod
    def rate_limited(cls, retry_after: str | None = "30") -> Self:
        """429; ``retry_after`` is the header as it stands (junk too), None leaves it out."""
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        body = {"ok": False, "error": "ratelimited"}
        return cls(accepted=False, reply=Reply(status=429, body=body, headers=headers))

    @classmethod
    def server_error(cls, status: int = 503, *, accepted: bool = False) -> Self:
        """500, 502, 503, 504: with ``accepted`` it happened all the same."""
        return cls(accepted=accepted, reply=Reply(status=status, body="upstream error"))

    @classmethod
    def reset_before_accept(cls) -> Self:
        """Reset the connection; nothing happened."""
        return cls(accepted=False, reset=True)

    @classmethod
    def reset_after_accept(cls) -> Self:
        """Reset the connection; it happened, and the caller cannot know."""
        return cls(accepted=True, reset=True)

    @classmethod
    def hang(cls, seconds: float, *, accepted: bool) -> Self:
        """Say nothing for that long, then reset."""
        return cls(accepted=accepted, delay_seconds=seconds, reset=True)

    @classmethod
    def slow(cls, seconds: float) -> Self:
        """Answer rightly, but late."""
        return cls(accepted=True, delay_seconds=seconds)

    @classmethod
    def held(cls, release: threading.Event) -> Self:
        """Answer rightly, but only once ``release`` is set."""
        return cls(accepted=True, release=release)

    @classmethod
    def accept_late(cls, seconds: float) -> Self:
        """Do and answer it after that long, even for a caller who no longer listens."""
        return cls(accepted=True, delay_seconds=seconds, accepts_late=True)

    @classmethod
    def garbage(cls, body: str = "<html>oops</html>", *, accepted: bool = False) -> Self:
        """200 with a body that is not the JSON it should be."""
        return cls(accepted=accepted, reply=Reply(status=200, body=body))

    @classmethod
    def error(cls, code: str, *, accepted: bool = False, **detail: object) -> Self:
        """200 with ``{"ok": false, "error": code}``, as for ``internal_error``."""
        body = {"ok": False, "error": code, **detail}
        return cls(accepted=accepted, reply=Reply(status=200, body=body))


class Faults:
    """Which faults are still to come, per method, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._standing: dict[str, Fault] = {}

    def next(self, method: str, *faults: Fault) -> None:
        """Let the next calls of ``method`` meet ``faults``, one each."""
        with self._lock:
            self._queues[method].extend(faults)

    def always(self, method: str, fault: Fault) -> None:
        """Let every call of ``method`` meet ``fault`` until `clear`."""
        with self._lock:
            self._standing[method] = fault

    def clear(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._queues.clear()
            self._standing.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault that this call of ``method`` meets, if any."""
        with self._lock:
            queue = self._queues[method]
            return queue.popleft() if queue else self._standing.get(method)

    @property
    def pending(self) -> int:
        """How many faults have not struck yet; 0 proves that a test met all of its own."""
        with self._lock:
            return sum(len(queue) for queue in self._queues.values())
