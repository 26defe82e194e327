"""Whether this machine's clock can be believed: one that jumps a year makes a year's digests due.

What other clocks said is carried on by monotonic seconds, which no change of the clock moves. They
may stand still while a machine sleeps: who is refused asks the other clocks anew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_OFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """What another clock said, and at how many monotonic seconds."""

    moment: datetime
    at: float

    def ahead(self, *, now: datetime, monotonic: float) -> timedelta:
        """Return by how much ``now`` is ahead of what that clock would say."""
        return now - self.moment - timedelta(seconds=monotonic - self.at)


def is_believable(readings: Iterable[Reading], *, now: datetime, monotonic: float) -> bool:
    """Tell whether no other clock is more than an hour off; true where there is no other."""
    return all(abs(reading.ahead(now=now, monotonic=monotonic)) <= MOST_OFF for reading in readings)


class ClockGuard:
    """Remembers what Slack's clock and the database's said last.

    Parameters
    ----------
    now : callable
        What the machine's clock says.
    monotonic : callable
        Seconds since any moment.
    """

    def __init__(self, *, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._now = now
        self._monotonic = monotonic
        self._said: dict[str, Reading] = {}

    def note(self, clock: str, moment: datetime) -> None:
        """Remember what a clock, such as ``slack``, says just now."""
        self._said[clock] = Reading(moment, self._monotonic())

    def is_believable(self) -> bool:
        """Tell whether anything may be planned or sent by this machine's clock."""
        readings = tuple(self._said.values())
        return is_believable(readings, now=self._now(), monotonic=self._monotonic())
