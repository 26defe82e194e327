"""Slack's clock, by which whatever is compared with Slack goes: read from each of its answers."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from bot.clock import Clock

READ_EVERY = timedelta(minutes=1)


class SlackClock:
    """Tells the time as Slack does, by the difference to this machine's clock.

    Parameters
    ----------
    now : callable
        The moment by this machine's clock.
    """

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._reading: tuple[datetime, timedelta] | None = None
        self._listeners: list[Callable[[datetime], None]] = []

    def listen(self, listener: Callable[[datetime], None]) -> None:
        """Let a listener have each moment that Slack tells."""
        self._listeners.append(listener)

    def hear(self, headers: Mapping[str, Any]) -> None:
        """Read the moment that the headers of an answer tell, if they tell one."""
        moment = slack_moment(headers)
        if moment is None:  # a machine in between took the time away
            return
        for listener in self._listeners:
            listener(moment)
        now = self._now()
        # An answer may have been on its way for long: of one minute's the latest moment is right.
        if (ahead := self._ahead(now)) is None or now - moment < ahead:
            self._reading = now, now - moment

    def told(self) -> datetime | None:
        """Compute the moment by Slack's clock, a second and one answer's time too early at most.

        None if nothing has told it for a minute, or this machine's clock was set since.
        """
        now = self._now()
        return None if (ahead := self._ahead(now)) is None else now - ahead

    def unheard(self) -> datetime:
        """Return the moment by this machine's clock, for where nobody can tell Slack's."""
        return self._now()

    def _ahead(self, now: datetime) -> timedelta | None:
        if self._reading is None:
            return None
        read_at, ahead = self._reading
        # a clock that is set goes by more than a minute at once, or by too little to matter
        return ahead if abs(now - read_at) < READ_EVERY else None


def slack_moment(headers: Mapping[str, Any]) -> datetime | None:
    """Read Slack's clock from the headers of an answer, in whole seconds; None if they lack it.

    Examples
    --------
    >>> slack_moment({"date": "Sat, 21 Nov 2026 09:00:00 GMT"}).isoformat()
    '2026-11-21T09:00:00+00:00'
    """
    said = {name.lower(): value for name, value in headers.items()}.get("date")
    try:
        moment = parsedate_to_datetime(str(said))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
