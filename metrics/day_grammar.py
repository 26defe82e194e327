"""Grammar of days to come, as people write them: "friday", "12 Dec", "2 weeks", "2026-12-12"."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from metrics.period_grammar import shift_months

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEK = 7
_LONGEST_WITHOUT_LEAP_DAY = 9  # years that begin with one in which it has passed: 2096 to 2104
_WEEKDAY = r"(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY, _YEAR = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?", r"(?:,? (?P<year>[0-9]{4}))?"
_COUNT = r"(?P<count>an?|one|two|three|four|six|[0-9]{1,3})"
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6}


def read_day_ahead(text: str, *, today: date) -> date | None:
    """Read a day after today; None where the text names none.

    A weekday is the next one, a day without a year the next of that name, a month its first day.

    Examples
    --------
    >>> saturday = date(2026, 11, 28)
    >>> [f"{read_day_ahead(text, today=saturday)}" for text in ("friday", "2w", "12 Dec")]
    ['2026-12-04', '2026-12-12', '2026-12-12']
    >>> read_day_ahead("someday", today=saturday) is None
    True
    """
    words = " ".join(text.casefold().replace(".", " ").split())
    for form, read in _FORMS:
        if found := form.fullmatch(words):
            try:
                return read(found, today)
            except ValueError:  # 31 February
                return None
    return None


def _weekday(found: re.Match[str], today: date) -> date:
    ahead = (_WEEKDAYS.index(found["weekday"][:3]) - today.weekday()) % _WEEK
    return today + timedelta(days=ahead or _WEEK)


def _named(found: re.Match[str], today: date) -> date:
    month, day = _MONTHS.index(found["month"][:3]) + 1, int(found["day"])
    if found["year"]:
        return date(int(found["year"]), month, day)
    for year in range(today.year, today.year + _LONGEST_WITHOUT_LEAP_DAY):
        with suppress(ValueError):  # 29 February
            if (one := date(year, month, day)) > today:
                return one
    raise ValueError(found[0])


def _month(found: re.Match[str], today: date) -> date:
    month = _MONTHS.index(found["month"][:3]) + 1
    year = int(found["year"] or today.year + (month <= today.month))
    first = date(year, month, 1)
    return shift_months(first, 1) - timedelta(days=1) if found["end"] else first


def _iso(found: re.Match[str], _: date) -> date:
    return date.fromisoformat(found[0])


def _length(found: re.Match[str], today: date) -> date:
    count = _NUMBERS.get(found["count"]) or int(found["count"])
    match found["unit"][0]:
        case "d":
            return today + timedelta(days=count)
        case "w":
            return today + timedelta(weeks=count)
        case _:
            return shift_months(today, count)


def _tomorrow(_: re.Match[str], today: date) -> date:
    return today + timedelta(days=1)


def _next_week(_: re.Match[str], today: date) -> date:
    return today + timedelta(days=_WEEK - today.weekday())


def _next_month(_: re.Match[str], today: date) -> date:
    return shift_months(today.replace(day=1), 1)


def _end_of_month(_: re.Match[str], today: date) -> date:
    last = shift_months(today.replace(day=1), 1) - timedelta(days=1)
    return last if last > today else shift_months(today.replace(day=1), 2) - timedelta(days=1)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date]], ...] = (
    (re.compile(rf"(?:next )?{_WEEKDAY}"), _weekday),
    (re.compile(rf"{_DAY} (?:of )?{_MONTH}{_YEAR}"), _named),
    (re.compile(rf"{_MONTH} {_DAY}{_YEAR}"), _named),
    (re.compile(rf"(?P<end>(?:the )?end of )?(?:next )?{_MONTH}{_YEAR}"), _month),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), _iso),
    (re.compile(rf"(?:in )?{_COUNT} ?(?P<unit>d(?:ays?)?|w(?:eeks?)?|mo(?:nths?)?)"), _length),
    (re.compile(r"tomorrow"), _tomorrow),
    (re.compile(r"next week"), _next_week),
    (re.compile(r"next month"), _next_month),
    (re.compile(r"(?:the )?end of (?:the )?month|month end"), _end_of_month),
)
