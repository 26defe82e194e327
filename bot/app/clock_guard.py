"""Guards against this machine's clock: one that jumps a year would make a year's digests due."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from bot.clock import Clock
from storage.store.clock import database_now
from storage.store.engine import Store

MOST_OFF = timedelta(hours=1)
FAR_OFF = timedelta(minutes=1)  # well below the five minutes from which requests seem too old

ASK_EVERY_SECONDS = 30

log = logging.getLogger("nrrbot.dispatching")  # filters on the log may name it


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A moment that another clock told, and the monotonic seconds when it did."""

    moment: datetime
    at: float

    def ahead(self, *, now: datetime, monotonic: float) -> timedelta:
        """Compute by how much ``now`` is ahead of the other clock; negative if it is behind."""
        # Carried on by monotonic seconds, which no change of the machine's clock moves.
        return now - self.moment - timedelta(seconds=monotonic - self.at)


def most_apart(readings: Iterable[ClockReading], *, now: datetime, monotonic: float) -> timedelta:
    """Compute how far the clock is off that agrees least; zero where there is no other."""
    apart = (abs(reading.ahead(now=now, monotonic=monotonic)) for reading in readings)
    return max(apart, default=timedelta())


class ClockGuard:
    """Compares this machine's clock with Slack's and the database's.

    Parameters
    ----------
    now : callable
        The moment by the machine's clock.
    monotonic : callable
        Seconds since any moment.
    ask_database : callable
        Returns the moment by the database's clock; None if it has none of its own.
    """

    def __init__(
        self,
        *,
        now: Clock,
        monotonic: Callable[[], float],
        ask_database: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        self._ask_database = ask_database
        self._asked_at = -inf
        self._readings: dict[str, ClockReading] = {}
        self._is_warned = False

    def note(self, clock: str, moment: datetime) -> None:
        """Remember the moment that a clock, such as ``slack``, tells just now."""
        self._readings[clock] = ClockReading(moment, self._monotonic())

    def is_believable(self) -> bool:
        """Tell whether anything may be planned or sent by this machine's clock."""
        # Asked again and again: monotonic seconds may stand still while a machine sleeps.
        is_asking = self._monotonic() - self._asked_at >= ASK_EVERY_SECONDS
        if is_asking:
            self._ask()
        readings = tuple(self._readings.values())
        apart = most_apart(readings, now=self._now(), monotonic=self._monotonic())
        is_right = apart <= MOST_OFF
        if is_asking and not is_right:  # not at every message: the log would be full of it
            log.error("the clock is an hour off: nothing is planned or sent")
        is_far = apart > FAR_OFF
        if is_far and not self._is_warned:
            log.warning("the clock is more than a minute off")
        self._is_warned = is_far
        return is_right

    def _ask(self) -> None:
        moment = self._ask_database()
        if moment is not None:
            self.note("database", moment)
        self._asked_at = self._monotonic()  # last: a database that does not answer is asked again


def database_time(store: Store) -> datetime | None:
    """Ask the database's clock; None for SQLite, whose clock is this machine's."""
    with store.read() as session:
        return database_now(session)
