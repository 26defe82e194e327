"""Grammar of periods: each form of text that names a stretch of days, and its reader."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, lru_cache

from dateutil.relativedelta import relativedelta

from metrics.errors import (
    ImpossiblePeriodError,
    NotBegunError,
    PeriodCountError,
    PeriodOrderError,
    UnknownPeriodError,
)

ONE_DAY = timedelta(days=1)
YEARS = range(1970, 2200)  # that can be typed: date arithmetic has room at both ends
_HALVES, _QUARTERS, _MONTHS = range(1, 3), range(1, 5), range(1, 13)
_DAY_COUNTS = range(1, 3661)
_MONTH_COUNTS, _QUARTER_COUNTS, _YEAR_COUNTS = range(1, 121), range(1, 41), range(1, 11)
_NTH = ("first", "second", "third", "fourth")
_BEFORE_YEAR = re.compile(r",(?=\s*[0-9]{4}$)")  # of "September, 2026"
_SHORT = re.compile(r"\b(?:(qtr|q)|(yr)|(mth|mo))(?=s?\b)")
_LONG = ("quarter", "year", "month")
_LAST_OF_YEAR = re.compile(r"\b(?:last|final)-(half|quarter)(?=-of-[0-9]{4}\b)")
_ORDINAL = re.compile(rf"\b({'|'.join(_NTH)})-(half|quarter)\b")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SPELLED = {word: number for number, word in enumerate(_NUMBERS, 1)}


class PeriodUnit(StrEnum):
    """Unit of a period: the one before it begins as far back."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TTM = "ttm"


MONTHS_IN = {PeriodUnit.MONTH: 1, PeriodUnit.QUARTER: 3, PeriodUnit.YEAR: 12, PeriodUnit.TTM: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The days ``[start, end)`` that a text names; whether they are over is not asked here.

    A range has the unit month if its months are whole, else day. ``fiscal_start`` is the first
    month of the fiscal year for FY26 and FY26-Q2, and None for what the calendar names. One to
    date has the days of its whole unit.
    """

    unit: PeriodUnit
    start: date
    end: date
    fiscal_start: int | None = None
    to_date: bool = False


def whole_months(start: date, end: date) -> int | None:
    """Count the calendar months between two days; None if either is not a month start."""
    if (start.day, end.day) != (1, 1):
        return None
    return (end.year - start.year) * 12 + end.month - start.month


@lru_cache(maxsize=2**12)  # relativedelta is slow, and a trend shifts the same days often
def shift_months(day: date, months: int) -> date:
    """Return ``day`` that many months later, or earlier if negative."""
    return day + relativedelta(months=months)


def months_from(month: date, before: date) -> Iterator[date]:
    """Yield the first days of months, from one on to the last before another day."""
    while month < before:
        yield month
        month = shift_months(month, 1)


def stretch_between(start: date, end: date) -> Stretch:
    """Make a stretch of ``[start, end)``, counted in months if they are whole, else in days."""
    whole_months = (start.day, end.day) == (1, 1)
    unit = PeriodUnit.MONTH if whole_months else PeriodUnit.DAY
    return Stretch(unit=unit, start=start, end=end)


def twelve_months_before(end: date) -> Stretch:
    """Return the twelve months that end right before ``end``, a month's first day."""
    return Stretch(unit=PeriodUnit.TTM, start=shift_months(end, -12), end=end)


@lru_cache(maxsize=2**12)
def is_period(text: str) -> bool:
    """Say whether ``text`` has the form of a period, even of one that the calendar lacks."""
    words = _joined(text)
    return any(form.fullmatch(words) for form in _compiled())


def calendar_day(typed: str, year: int, month: int, day: int) -> date:
    """Make a date of its numbers.

    Raises
    ------
    ImpossiblePeriodError
        If there is none: it names what was ``typed``, and says what there is instead.
    """
    if year not in YEARS:
        raise ImpossiblePeriodError(typed)
    if month not in _MONTHS:
        raise ImpossiblePeriodError(typed, "months run from 01 to 12")
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise ImpossiblePeriodError(typed, f"{date(year, month, 1):%B %Y} has {days} days")
    return date(year, month, day)


def read_stretch(text: str, *, today: date, data_through: date, fiscal_start: int) -> Stretch:
    """Read the days that ``text`` names; errors are those of `metrics.periods.parse_period`.

    What is called the last ends by ``today`` and by ``data_through``, the first day without data.
    """
    reader = _PeriodReader(today=today, stop=min(today, data_through), fiscal_start=fiscal_start)
    words = _joined(text)
    try:
        return reader.read(words, _FORMS)
    except ImpossiblePeriodError as error:
        if error.typed != words:  # the end of a range, which is named alone
            raise
        raise ImpossiblePeriodError(" ".join(text.split()), error.why) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _PeriodReader:
    """Reader of one text, with a method for each kind of form."""

    today: date
    stop: date
    fiscal_start: int

    def read(self, words: str, forms: "tuple[_Form, ...]") -> Stretch:
        for form, build in forms:
            if found := re.fullmatch(form, words):
                return build(self, found)
        raise UnknownPeriodError

    def day(self, found: re.Match[str]) -> Stretch:
        start = _date(found, *map(int, found.group("year", "month", "day")))
        return Stretch(unit=PeriodUnit.DAY, start=start, end=start + ONE_DAY)

    def month(self, found: re.Match[str]) -> Stretch:
        return _whole(PeriodUnit.MONTH, _date(found, int(found["year"]), int(found["month"])))

    def named_month(self, found: re.Match[str]) -> Stretch:
        month = 1 + _MONTH_NAMES.index(found["name"][:3])
        return _whole(PeriodUnit.MONTH, _date(found, self._year_of(month, found), month))

    def quarter(self, found: re.Match[str]) -> Stretch:
        month = 3 * _quarter(found) - 2
        return _whole(PeriodUnit.QUARTER, _date(found, self._year_of(month, found), month))

    def year(self, found: re.Match[str]) -> Stretch:
        return _whole(PeriodUnit.YEAR, _date(found, int(found["year"])))

    def fiscal(self, found: re.Match[str]) -> Stretch:
        year = _date(found, int(f"20{found['year']}"[-4:]))  # FY26 and FY2026 are the same
        # It is named for the year it ends in: one from February begins in the year before.
        start = shift_months(year, -((13 - self.fiscal_start) % 12))
        if found["quarter"] is None:
            return _whole(PeriodUnit.YEAR, start, self.fiscal_start)
        start = shift_months(start, 3 * _quarter(found) - 3)
        return _whole(PeriodUnit.QUARTER, start, self.fiscal_start)

    def range(self, found: re.Match[str]) -> Stretch:
        last = self.read(found["last"], _RANGE_ENDS)
        # "November to February 2026" begins in the November before.
        first = replace(self, today=last.start).read(found["first"], _RANGE_ENDS)
        if last.end <= first.start:
            raise PeriodOrderError
        return stretch_between(first.start, last.end)

    def days(self, found: re.Match[str]) -> Stretch:
        return replace(self.range(found), unit=PeriodUnit.DAY)

    def to_date(self, found: re.Match[str]) -> Stretch:
        return replace(_whole(*self._unit_of(self.today, found)), to_date=True)

    def label_to_date(self, found: re.Match[str]) -> Stretch:
        whole = self.read(found["whole"], _RANGE_ENDS)
        # Over: an old link to "2026-Q3 to date" still has its figures.
        return replace(whole, to_date=whole.end > self.stop)

    def this_fiscal(self, found: re.Match[str]) -> Stretch:
        return _whole(*self._unit_of(self.today, found, first=self.fiscal_start), self.fiscal_start)

    def last(self, found: re.Match[str]) -> Stretch:
        unit, start = self._unit_of(self.stop, found)
        return _whole(unit, shift_months(start, -MONTHS_IN[unit]))

    def last_fiscal(self, found: re.Match[str]) -> Stretch:
        unit, start = self._unit_of(self.stop, found, first=self.fiscal_start)
        return _whole(unit, shift_months(start, -MONTHS_IN[unit]), self.fiscal_start)

    def last_days(self, found: re.Match[str]) -> Stretch:
        start = self.stop - timedelta(days=_count(found, _DAY_COUNTS))
        return Stretch(unit=PeriodUnit.DAY, start=start, end=self.stop)

    def last_months(self, found: re.Match[str]) -> Stretch:
        end = self.stop.replace(day=1)
        return stretch_between(shift_months(end, -_count(found, _MONTH_COUNTS)), end)

    def last_years(self, found: re.Match[str]) -> Stretch:
        end = self.stop.replace(day=1)
        return stretch_between(shift_months(end, -12 * _count(found, _YEAR_COUNTS)), end)

    def last_quarters(self, found: re.Match[str]) -> Stretch:
        _, end = self._unit_of(self.stop, found)
        return stretch_between(shift_months(end, -3 * _count(found, _QUARTER_COUNTS)), end)

    def half(self, found: re.Match[str]) -> Stretch:
        half = int(found["half"])
        if half not in _HALVES:
            raise ImpossiblePeriodError(found[0], "a year has two halves, H1 and H2")
        month = 6 * half - 5
        start = _date(found, self._year_of(month, found), month)
        return stretch_between(start, shift_months(start, 6))

    def since(self, found: re.Match[str]) -> Stretch:
        start, end = self.read(found["first"], _BEGINNINGS).start, self.stop.replace(day=1)
        if start > self.today:
            raise NotBegunError(found["first"])
        # Since this month no whole one is over: it is the month, as far as it is in.
        return stretch_between(start, max(end, shift_months(start, 1)))

    def trailing(self, _: re.Match[str]) -> Stretch:
        return twelve_months_before(self.stop.replace(day=1))

    def trailing_to(self, found: re.Match[str]) -> Stretch:
        return twelve_months_before(self.month(found).end)

    def trailing_to_named(self, found: re.Match[str]) -> Stretch:
        return twelve_months_before(self.named_month(found).end)

    def last_named_month(self, found: re.Match[str]) -> Stretch:
        month = 1 + _MONTH_NAMES.index(found["name"][:3])
        year = self.today.year - (month >= self.today.month)  # "last March" is over
        return _whole(PeriodUnit.MONTH, date(year, month, 1))

    def ago(self, found: re.Match[str]) -> Stretch:
        unit, start = self._unit_of(self.stop, found)
        return _whole(unit, shift_months(start, -MONTHS_IN[unit] * _count(found, _MONTH_COUNTS)))

    def _year_of(self, month: int, found: re.Match[str]) -> int:
        if nearby := found.groupdict().get("nearby"):
            return self.today.year - (nearby == "last")
        # "March", said in January, is last year's: the latest that has begun.
        return int(found["year"] or self.today.year - (month > self.today.month))

    def _unit_of(
        self, day: date, found: re.Match[str], *, first: int = 1
    ) -> tuple[PeriodUnit, date]:
        unit = _UNIT_OF_INITIAL[found["unit"][0]]
        months_begun = (day.month - first) % MONTHS_IN[unit]
        return unit, shift_months(day.replace(day=1), -months_begun)


def _joined(text: str) -> str:
    joined = re.sub(r"[-_\s]+", "-", _BEFORE_YEAR.sub(" ", text.strip().lower()))
    joined = _SHORT.sub(lambda found: _LONG[(found.lastindex or 1) - 1], joined)
    joined = _LAST_OF_YEAR.sub(lambda found: "q4" if found[1] == "quarter" else "h2", joined)
    return _ORDINAL.sub(lambda found: f"{found[2][0]}{1 + _NTH.index(found[1])}", joined)


def _count(found: re.Match[str], counts: range) -> int:
    count = _SPELLED.get(found["count"]) or int(found["count"])
    if count not in counts:
        raise PeriodCountError(found["unit"], counts[-1], count)
    return count


def _quarter(found: re.Match[str]) -> int:
    quarter = int(found["quarter"])
    if quarter not in _QUARTERS:
        raise ImpossiblePeriodError(found[0], "quarters run from Q1 to Q4")
    return quarter


def _date(found: re.Match[str], year: int, month: int = 1, day: int = 1) -> date:
    return calendar_day(found[0], year, month, day)


def _whole(unit: PeriodUnit, start: date, fiscal_start: int | None = None) -> Stretch:
    end = shift_months(start, MONTHS_IN[unit])
    return Stretch(unit=unit, start=start, end=end, fiscal_start=fiscal_start)


_Form = tuple[str, Callable[[_PeriodReader, re.Match[str]], Stretch]]

_UNIT_OF_INITIAL = {"m": PeriodUnit.MONTH, "q": PeriodUnit.QUARTER, "y": PeriodUnit.YEAR}
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
# Digits are spelled out because \d also matches other scripts' digits.
_YEAR = r"(?P<year>[0-9]{4})"
_MONTH = rf"{_YEAR}-(?P<month>[0-9]{{1,2}})"
_OF_YEAR = rf"(?:-(?:of-)?(?:{_YEAR}|(?P<nearby>last|this)-year))?"
_QUARTER = r"q(?P<quarter>[0-9])"
_FISCAL_YEAR = r"(?:fy|fiscal(?:-year)?)-?(?P<year>[0-9]{4}|[0-9]{2})"
_UNIT = r"(?P<unit>month|quarter|year)"
_FISCAL_UNIT = r"(?P<unit>quarter|year)"
_COUNT = rf"(?P<count>[0-9]{{1,30}}|{'|'.join(_SPELLED)})"
_LAST = r"(?:last|past|previous|prev|trailing)"
_FIGURE = r"(?:nrr|ndr|grr)"
_TRAILING = rf"(?:ttm|ltm|[tl]12m|{_LAST}-(?:twelve|12)-months|(?:twelve|12)-months?-{_FIGURE})"
_TWELVE_MONTHS = (
    rf"(?:(?:{_TRAILING}|(?:twelve|12)-months)-(?:(?:to|through|until|as-of|as-at|ended|ending)-)?"
    r"|year-(?:to|ended|ending)-)"
)

# Every form as `_joined` leaves it; the first that matches wins.
_RANGE_ENDS: tuple[_Form, ...] = (
    (rf"{_MONTH}-(?P<day>[0-9]{{1,2}})", _PeriodReader.day),
    (_MONTH, _PeriodReader.month),
    (rf"{_YEAR}-?{_QUARTER}", _PeriodReader.quarter),
    (_YEAR, _PeriodReader.year),
    (rf"{_QUARTER}{_OF_YEAR}", _PeriodReader.quarter),
    (rf"{_NAME}{_OF_YEAR}", _PeriodReader.named_month),
)
_BEGINNINGS: tuple[_Form, ...] = (
    *_RANGE_ENDS[1:],
    (rf"{_LAST}-{_UNIT}", _PeriodReader.last),
)
"""Beginnings of a stretch that ends with the last whole month."""


def _any_of(forms: tuple[_Form, ...]) -> str:
    return "|".join(re.sub(r"\?P<\w+>", "?:", form) for form, _ in forms)


_END, _BEGINNING = map(_any_of, (_RANGE_ENDS, _BEGINNINGS))
_NAMED = _NAME.replace("?P<name>", "?:")
_TO = r"(?:-?\.\.-?|-(?:to|through|thru|until)-)"
_FORMS: tuple[_Form, ...] = (
    *_RANGE_ENDS,
    (rf"(?P<first>{_END}){_TO}(?P<last>{_END})", _PeriodReader.range),
    (rf"between-(?P<first>{_END})-and-(?P<last>{_END})", _PeriodReader.range),
    (rf"(?P<first>{_NAMED})-(?P<last>{_NAMED}{_OF_YEAR})", _PeriodReader.range),
    (rf"days-(?P<first>{_END}){_TO}(?P<last>{_END})", _PeriodReader.days),
    (rf"{_YEAR}-{_NAME}", _PeriodReader.named_month),
    (rf"{_FISCAL_YEAR}(?:-?{_QUARTER})?", _PeriodReader.fiscal),
    (rf"{_QUARTER}-?{_FISCAL_YEAR}", _PeriodReader.fiscal),
    (rf"this-fiscal-{_FISCAL_UNIT}", _PeriodReader.this_fiscal),
    (rf"{_LAST}-fiscal-{_FISCAL_UNIT}", _PeriodReader.last_fiscal),
    (rf"this-{_UNIT}", _PeriodReader.to_date),
    (rf"{_UNIT}-to-date", _PeriodReader.to_date),
    (
        rf"since-(?:the-)?(?:start|beginning)-of-(?:the|this)-{_UNIT}",
        _PeriodReader.to_date,
    ),
    (r"(?P<whole>[0-9]{4}(?:-q[0-9]|-[0-9]{2})?)-to-date", _PeriodReader.label_to_date),
    (r"(?P<unit>[mqy])td", _PeriodReader.to_date),
    (rf"{_LAST}-{_UNIT}", _PeriodReader.last),
    (_TRAILING, _PeriodReader.trailing),
    (rf"{_TWELVE_MONTHS}{_MONTH}", _PeriodReader.trailing_to),
    (rf"{_TWELVE_MONTHS}{_NAME}{_OF_YEAR}", _PeriodReader.trailing_to_named),
    (rf"{_LAST}-{_COUNT}-(?P<unit>day)s?", _PeriodReader.last_days),
    (rf"{_LAST}-{_COUNT}-(?P<unit>month)s?", _PeriodReader.last_months),
    (r"[tl](?P<count>[0-9]{1,3})(?P<unit>m)", _PeriodReader.last_months),
    (rf"{_COUNT}-(?P<unit>month)s?-{_FIGURE}", _PeriodReader.last_months),
    (rf"{_COUNT}-(?P<unit>month|quarter)s?-ago", _PeriodReader.ago),
    (rf"{_LAST}-{_NAME}", _PeriodReader.last_named_month),
    (rf"{_LAST}-{_COUNT}-(?P<unit>quarter)s?", _PeriodReader.last_quarters),
    (rf"{_LAST}-{_COUNT}-(?P<unit>year)s?", _PeriodReader.last_years),
    (rf"h(?P<half>[0-9]){_OF_YEAR}", _PeriodReader.half),
    (rf"since-(?P<first>{_BEGINNING})", _PeriodReader.since),
)


@cache  # not at import: a bot is ready sooner
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form) for form, _ in _FORMS)
