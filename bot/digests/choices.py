"""Choices of a digest: when it comes and what it shows, read from typed text."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.errors import UsageError
from bot.questions.hints import shown
from bot.questions.words import Vocabulary
from metrics.rollup import Scope
from metrics.schedules import WEEK, Weekday, WeeklySchedule, due_at, monday_of, read_zone
from storage.digests.subscriptions import DigestContent, DigestPeriod, Subscription

_HOURS = range(24)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST_DAY = 3  # two letters may be Tuesday or Thursday
_LISTED = 6
MONTHLY = "monthly"
"""Beside the periods of a weekly digest: each month once, when that has closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Weekday, hour and content of a digest, as a person chooses them."""

    weekday: Weekday
    hour: int
    time_zone: str
    content: DigestContent

    def schedule(self, *, now: datetime) -> WeeklySchedule:
        """Return the schedule that begins with this week, or with the next if this week is past."""
        monday = monday_of(now.astimezone(read_zone(self.time_zone)).date())
        this_week = self._from(monday)
        return this_week if due_at(this_week, monday) > now else self._from(monday + WEEK)

    def _from(self, monday: date) -> WeeklySchedule:
        return WeeklySchedule(
            weekday=self.weekday, hour=self.hour, time_zone=self.time_zone, from_monday=monday
        )


def default_choices(
    *,
    time_zone: str,
    dimension: str,
    scope: Scope = (),
    period: DigestPeriod = DigestPeriod.LAST_MONTH,
    is_monthly: bool = False,
) -> Choices:
    """Return the choices of a digest with default settings: Mondays at nine."""
    content = DigestContent(dimension=dimension, scope=scope, period=period, is_monthly=is_monthly)
    return Choices(weekday=Weekday.MON, hour=9, time_zone=time_zone, content=content)


def choices_of(subscription: Subscription) -> Choices:
    """Return the choices of a subscription as they are from next week on."""
    newest = subscription.schedules[-1]
    return Choices(
        weekday=newest.weekday,
        hour=newest.hour,
        time_zone=newest.time_zone,
        content=subscription.content,
    )


def read_weekday(text: str) -> Weekday:
    """Read a weekday from its name or its first letters, three at least.

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
    """Read an hour from ``9``, ``09`` or ``09:00``.

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
    """Read the name of a time zone that exists.

    Raises
    ------
    UnknownTimeZoneError
        If there is none of that name.
    """
    return read_zone(text.strip()).key


def read_dimension(text: str, *, vocabulary: Vocabulary) -> str:
    """Read a dimension that the ledger has."""
    found = vocabulary.called(text.strip())
    if len(found) != 1:
        known = ", ".join(map(shown, list(vocabulary.values)[:_LISTED]))
        raise UsageError(f"there is no such dimension; the ledger has {known}")
    return found[0]


def period_word(content: DigestContent) -> str:
    """Return the word that `read_period` reads as what a digest shows, and how often."""
    return MONTHLY if content.is_monthly else content.period.value


def read_period(text: str) -> tuple[DigestPeriod, bool]:
    """Read one of the three periods that a weekly digest can show, or that it is monthly.

    Examples
    --------
    >>> read_period("ttm"), read_period("monthly")
    ((<DigestPeriod.TTM: 'ttm'>, False), (<DigestPeriod.LAST_MONTH: 'last-month'>, True))
    """
    word = text.strip().casefold()
    if word == MONTHLY:
        return DigestPeriod.LAST_MONTH, True
    if word not in set(DigestPeriod):
        raise UsageError(
            "a digest looks at last-month, quarter-to-date or ttm each week, or is monthly"
        )
    return DigestPeriod(word), False
