"""Days and weeks as people name them, with the dates that a question takes instead."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from metrics.errors import ImpossiblePeriodError
from metrics.period_grammar import ONE_DAY, calendar_day

_WEEK = re.compile(
    r"(?:(?P<first>[0-9]{4}) ?)?(?:calendar )?(?:week|wk|cw|kw|w) ?(?P<week>[0-9]{1,2})"
    r"(?: (?:of )?(?P<year>[0-9]{4}))?"
)
_WEEK_OF = re.compile("week (?:of|from|beginning|starting) (?:the )?(?P<day>.+)")
_ISO_DAY = re.compile("([0-9]{4}) to ([0-9]{2}) to ([0-9]{2})")  # its dashes are read
_DAY, _YEAR = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?"), re.compile("[0-9]{4}")
_TO = ("to", "until", "till", "through", "thru", "and", "bis")
_PASSED_OVER = ("between", "from", "the", "of", "on")
_DASH = re.compile(r"(?<=[0-9])[-\N{EN DASH}](?=[0-9]{1,2}\b)|\s[-\N{EN DASH}]\s|\.\.")
_MARKS = str.maketrans(",.", "  ")
_SUNDAY = 7
_MOST_WEEKS = 53


def with_dashes_read(text: str) -> str:
    """Write the dash of a range as a word: to fold a text takes dashes away."""
    return _DASH.sub(" to ", text)


def as_dates(words: str, months: Mapping[str, int], *, today: date) -> str | None:
    """Write a day, days or a week that are named as the dates that a question takes.

    Without a year it is the latest month, or week, of that name that has begun.

    Parameters
    ----------
    words : str
        Folded.
    months : mapping of str to int
        The numbers of months by what they are called.

    Returns
    -------
    str or None
        None where the words name neither.

    Raises
    ------
    ImpossiblePeriodError
        If the month has no such day, or the year no such week.

    Examples
    --------
    >>> named = {"october": 10, "oct": 10, "december": 12}
    >>> saturday = date(2026, 11, 21)
    >>> [as_dates(each, named, today=saturday) for each in ("5th of october", "december 5", "w45")]
    ['2026-10-05', '2025-12-05', '2026-11-02..2026-11-08']
    >>> as_dates("oct 1 to 15", named, today=saturday)
    '2026-10-01..2026-10-15'
    >>> [as_dates(f"week of {one}", named, today=saturday) for one in ("oct 5", "oct 1 to 15")]
    ['2026-10-05..2026-10-11', None]
    """
    if found := _WEEK.fullmatch(words):
        return _week(found, today)
    if found := _WEEK_OF.fullmatch(words):
        day = _ISO_DAY.fullmatch(found["day"])
        typed = "-".join(day.groups()) if day else as_dates(found["day"], months, today=today)
        return typed and _week_of(typed)
    sides = _sides(words.translate(_MARKS).split(), months)
    days = sides and _days(sides, words, today)
    return "..".join(f"{each}" for each in sorted(days)) if days else None


def _week(found: re.Match[str], today: date) -> str:
    week, now = int(found["week"]), today.isocalendar()
    year = int(found["first"] or found["year"] or now.year - (now.week < week <= _MOST_WEEKS))
    last = date(year, 12, 28).isocalendar().week  # that day is in the last one of any year
    if not 1 <= week <= last:
        raise ImpossiblePeriodError(found[0], f"{year} has {last} weeks")
    monday, sunday = (date.fromisocalendar(year, week, day) for day in (1, _SUNDAY))
    return f"{monday}..{sunday}"


def _week_of(typed: str) -> str | None:
    """Find the week that a day, as it is typed here, is in; None of several days or of none."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    monday = day - ONE_DAY * day.weekday()
    return f"{monday}..{monday + ONE_DAY * (_SUNDAY - 1)}"


@dataclass(slots=True)
class _Side:
    day: int | None = None
    month: int | None = None
    year: int | None = None


def _sides(words: Sequence[str], months: Mapping[str, int]) -> list[_Side] | None:
    """Read what is named on each side of "to"; None where there is anything else."""
    sides = [_Side()]
    for word in words:
        side = sides[-1]
        if word in _TO:
            sides.append(_Side())
        elif word in months and side.month is None:
            side.month = months[word]
        elif _YEAR.fullmatch(word) and side.year is None:
            side.year = int(word)
        elif (found := _DAY.fullmatch(word)) and side.day is None:
            side.day = int(found[1])
        elif word not in _PASSED_OVER:
            return None
    is_read = len(sides) <= 2 and all(side.day for side in sides)  # noqa: PLR2004
    return sides if is_read else None


def _days(sides: Sequence[_Side], words: str, today: date) -> list[date] | None:
    first, last = sides[0], sides[-1]
    month = last.month or first.month
    if month is None:
        return None
    begins = first.month or month
    year = last.year or first.year or today.year - (month > today.month)
    starts = first.year or year - (begins > month)
    ends = [(starts, begins, first.day), (year, month, last.day)][-len(sides) :]
    return [calendar_day(words, each, of, day or 0) for each, of, day in ends]
