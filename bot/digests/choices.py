"""What a person chooses for a weekly digest, read from the text of a form or a command line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.errors import UsageError
from bot.questions.hints import shown
from bot.questions.parsing import Vocabulary
from metrics.rollup import Scope
from metrics.schedules import WEEK, Weekday, WeeklySchedule, due_at, monday_of, read_zone
from storage.digests.subscriptions import (
    ALL_PARTS,
    DigestPart,
    DigestPeriod,
    NewSubscription,
    Subscription,
)

_HOURS = range(24)


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


_SHORTEST_DAY = 3


_LISTED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """When a digest comes, what it is about and what it includes."""

    weekday: Weekday
    hour: int
    time_zone: str
    scope: Scope
    dimension: str
    period: DigestPeriod
    parts: frozenset[DigestPart]

    @property
    def time(self) -> tuple[Weekday, int, str]:
        """When it comes."""
        return self.weekday, self.hour, self.time_zone

    @property
    def subject(self) -> tuple[Scope, str, DigestPeriod]:
        """What it is about; two of the same subject would say the same."""
        return self.scope, self.dimension, self.period

    def schedule(self, *, now: datetime) -> WeeklySchedule:
        """Return the schedule that begins with this week, or with the next if this week is past."""
        monday = monday_of(now.astimezone(read_zone(self.time_zone)).date())
        this_week = self._from(monday)
        return this_week if due_at(this_week, monday) > now else self._from(monday + WEEK)

    def _from(self, monday: date) -> WeeklySchedule:
        return WeeklySchedule(
            weekday=self.weekday, hour=self.hour, time_zone=self.time_zone, from_monday=monday
        )


def usual_choices(*, time_zone: str, dimension: str) -> Choices:
    """Return what a new digest is unless somebody wants it otherwise."""
    return Choices(
        weekday=Weekday.MON,
        hour=9,
        time_zone=time_zone,
        scope=(),
        dimension=dimension,
        period=DigestPeriod.LAST_MONTH,
        parts=ALL_PARTS,
    )


def choices_of(subscription: Subscription) -> Choices:
    """Return what was chosen for a subscription, as it will be from next week on."""
    schedule = subscription.schedules[-1]
    return Choices(
        weekday=schedule.weekday,
        hour=schedule.hour,
        time_zone=schedule.time_zone,
        scope=subscription.scope,
        dimension=subscription.dimension,
        period=subscription.period,
        parts=subscription.parts,
    )


def new_subscription(
    choices: Choices, *, team_id: str, channel_id: str, owner_id: str, now: datetime
) -> NewSubscription:
    """Return the subscription that somebody asks for in a channel."""
    return NewSubscription(
        team_id=team_id,
        channel_id=channel_id,
        owner_id=owner_id,
        schedule=choices.schedule(now=now),
        scope=choices.scope,
        dimension=choices.dimension,
        period=choices.period,
        parts=choices.parts,
    )


def read_weekday(text: str) -> Weekday:
    """Return the weekday of a name or its first letters, three at least.

    Examples
    --------
    >>> read_weekday("Monday"), read_weekday("thurs")
    (<Weekday.MON: 'mon'>, <Weekday.THU: 'thu'>)
    """
    word = text.strip().casefold()
    for weekday, name in zip(Weekday, _DAYS, strict=True):
        if len(word) >= _SHORTEST_DAY and name.startswith(word):
            return weekday
    raise UsageError("a weekday is mon, tue, wed, thu, fri, sat or sun")


def read_hour(text: str) -> int:
    """Return the hour of ``9``, ``09`` or ``09:00``.

    Examples
    --------
    >>> read_hour("09:00"), read_hour("17")
    (9, 17)
    """
    word = text.strip().removesuffix(":00")
    for hour in _HOURS:
        if word in {f"{hour}", f"{hour:02}"}:
            return hour
    raise UsageError("an hour is 0 to 23, such as 9 or 17:00; digests come on the hour")


def read_time_zone(text: str) -> str:
    """Return the name of a zone that exists.

    Raises
    ------
    UnknownTimeZoneError
        If there is none of that name.
    """
    return read_zone(text.strip()).key


def read_dimension(text: str, *, vocabulary: Vocabulary) -> str:
    """Return the dimension of that name."""
    found = vocabulary.called(text.strip())
    if len(found) != 1:
        known = ", ".join(map(shown, list(vocabulary.values)[:_LISTED]))
        raise UsageError(f"there is no such dimension; the ledger has {known}")
    return found[0]


def read_period(text: str) -> DigestPeriod:
    """Return one of the three periods that a digest can look at."""
    word = text.strip().casefold()
    if word not in set(DigestPeriod):
        raise UsageError("a digest looks at last-month, quarter-to-date or ttm")
    return DigestPeriod(word)


def read_parts(names: Iterable[str]) -> frozenset[DigestPart]:
    """Return what is included, of several names; none is fewest: the numbers alone."""
    words = {name.strip().casefold() for name in names} - {""}
    if not words <= set(DigestPart):
        raise UsageError("a digest can include bridge, trend, drivers and diagnosis")
    return frozenset(map(DigestPart, words))
