"""An end to connections whose request does not come."""

from collections.abc import Callable, Collection
from typing import Protocol

REQUEST_SECONDS = 5
"""Slack waits three for an answer; who takes longer to ask is not Slack."""
LOOK_SECONDS = 1


class Channel(Protocol):
    """A connection, as waitress has it."""

    requests: list[object]
    """What has come in whole, and is being answered."""
    will_close: bool


class Patience:
    """Closes a connection that has had nothing to answer for five seconds.

    Waitress's own time limit starts anew with every byte, so that a client which sends one now and
    then keeps its place for ever.

    Parameters
    ----------
    now : callable
        Seconds that no clock change moves.
    """

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        self._looked_at = now()
        self._waiting_since: dict[int, float] = {}

    def end(self, channels: Collection[Channel]) -> None:
        """Look at all connections, at most once a second."""
        now = self._now()
        if now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        before = self._waiting_since
        idle = {id(channel): channel for channel in channels if not channel.requests}
        self._waiting_since = {key: before.get(key, now) for key in idle}
        for key, channel in idle.items():
            if now - self._waiting_since[key] >= REQUEST_SECONDS:
                channel.will_close = True
