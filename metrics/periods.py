"""Periods: half open stretches of days that answers are about, and their names."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from metrics.errors import FuturePeriodError, ImpossiblePeriodError
from metrics.period_grammar import (
    MONTHS_IN,
    ONE_DAY,
    YEARS,
    PeriodUnit,
    Stretch,
    is_period,
    read_stretch,
    shift_months,
    stretch_between,
    twelve_months_before,
)

__all__ = [
    "PERIOD_WORDS",
    "Period",
    "PeriodUnit",
    "is_period",
    "months_between",
    "parse_period",
    "previous",
    "trailing_twelve_months",
]

PERIOD_WORDS = (
    *("last-month", "last-quarter", "last-year", "this-month", "this-quarter", "this-year"),
    *("mtd", "qtd", "ytd", "ttm"),
    *("last-30-days", "last-90-days", "last-3-months", "last-6-months", "last-12-months"),
)
"""Words to suggest when a text is not a period; each of them is one."""

_INSTEAD = {
    PeriodUnit.DAY: "mtd or last-30-days",
    PeriodUnit.MONTH: "mtd or last-month",
    PeriodUnit.QUARTER: "qtd or last-quarter",
    PeriodUnit.YEAR: "ytd or last-year",
    PeriodUnit.TTM: "ttm",
}
_TWO_DIGIT_YEARS = range(2000, 2100)  # FY26 would be read as 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A half open stretch of days, ``[start, end)``, under the name people know it by.

    An incomplete period keeps its whole ``end``; its ``through`` is the day after the last one
    that had begun. A range of whole months has the unit month. ``fiscal_start`` is the first
    month of the fiscal year for FY26 and FY26-Q2, and None for what the calendar names.
    """

    label: str
    start: date
    end: date
    unit: PeriodUnit
    through: date | None = None
    fiscal_start: int | None = None

    @property
    def complete(self) -> bool:
        """Whether its last day was over when it was parsed."""
        return self.through is None

    @property
    def months(self) -> int | None:
        """Number of whole calendar months, None if its ends are not month starts."""
        if (self.start.day, self.end.day) != (1, 1):
            return None
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month

    @property
    def is_month(self) -> bool:
        """Whether it is exactly one calendar month, over or not."""
        return self.months == 1

    @property
    def is_year(self) -> bool:
        """Whether it is twelve calendar months that are over."""
        return self.complete and self.months == MONTHS_IN[PeriodUnit.YEAR]

    @property
    def elapsed(self) -> timedelta:
        """Days that had begun when the period was parsed: all when complete."""
        return (self.through or self.end) - self.start


def parse_period(text: str, *, today: date, fiscal_start: int = 1) -> Period:
    """Read the period that ``text`` names.

    Parameters
    ----------
    text : str
        In any case; spaces, hyphens and underscores between words are the same.
    today : date
        The reader's own day. It is inside "to date" periods and outside "last" ones.
    fiscal_start : int
        Month, 1 to 12, that fiscal years begin in. They are named for the year they end in.

    Returns
    -------
    Period
        Incomplete (``complete=False``) when its last day is ``today`` or later.

    Raises
    ------
    UnknownPeriodError
        If the text has the form of no period.
    ImpossiblePeriodError
        If it has, but the calendar has no such date, or a year is outside 1970 to 2199.
    PeriodOrderError, PeriodCountError, FuturePeriodError
        If a range ends before it begins, the N of ``last-N-days`` is out of bounds, or the
        period begins after ``today``.

    References
    ----------
    docs/definitions.md, section "Periods".

    Examples
    --------
    >>> parse_period("Last quarter", today=date(2026, 11, 21)).label
    '2026-Q3'
    >>> parse_period("mar 2026", today=date(2026, 11, 21)).end
    datetime.date(2026, 4, 1)
    """
    stretch = read_stretch(text, today=today, fiscal_start=fiscal_start)
    if stretch.start > today:  # today itself has begun: "mtd" on the 1st is one day
        raise FuturePeriodError(_label(stretch), _INSTEAD[stretch.unit])
    return _period(stretch, through=today + ONE_DAY if stretch.end > today else None)


def previous(period: Period) -> Period:
    """Find the equally long period right before ``period``; it is always complete.

    Parameters
    ----------
    period : Period
        An incomplete one is compared by what has elapsed: the same number of days from the start
        of the unit before; where that is shorter, as many days right before. On its last day it
        is compared with all of the unit before, as it will be the day after.

    Returns
    -------
    Period
        Of the same unit when ``period`` is complete, else a range. It may begin before 1970: no
        movement is that old, so its base is empty.

    Examples
    --------
    >>> today = date(2026, 11, 21)
    >>> previous(parse_period("FY26-Q1", today=today, fiscal_start=2)).label
    'FY25-Q4'
    >>> previous(parse_period("qtd", today=today)).label
    '2026-07-01..2026-08-21'
    """
    start = _previous_start(period)
    if not period.complete:
        return _previous_days(period, start)
    return _period(
        Stretch(unit=period.unit, start=start, end=period.start, fiscal_start=period.fiscal_start)
    )


def trailing_twelve_months(period: Period, *, today: date) -> Period:
    """Return the last twelve months that are complete both when ``period`` ends and today.

    Examples
    --------
    >>> today = date(2026, 11, 21)
    >>> trailing_twelve_months(parse_period("2026-Q3", today=today), today=today).label
    'TTM to 2026-09'
    """
    return _period(twelve_months_before(min(period.end, today).replace(day=1)))


def months_between(start: date, end: date, *, today: date) -> Period:
    """Return the whole months from one month's first day to before another's.

    Raises
    ------
    ImpossiblePeriodError
        If they begin before 1970.

    Examples
    --------
    >>> months_between(date(2026, 7, 1), date(2026, 10, 1), today=date(2026, 11, 21)).label
    '2026-07..2026-09'
    """
    if start.year not in YEARS:
        raise ImpossiblePeriodError
    stretch = stretch_between(start, end)
    return _period(stretch, through=today + ONE_DAY if end > today else None)


def _previous_days(period: Period, start: date) -> Period:
    # On its last day it is compared with all of the unit before, as it will be the day after.
    is_at_its_end = (period.start + period.elapsed).day == 1
    if start + period.elapsed > period.start and not is_at_its_end:
        start = period.start - period.elapsed
    return _period(stretch_between(start, min(start + period.elapsed, period.start)))


def _previous_start(period: Period) -> date:
    match period.unit:
        case PeriodUnit.DAY:
            return period.start - (period.end - period.start)
        case PeriodUnit.MONTH:  # a range has several; a month to date has no whole one
            return shift_months(period.start, -(period.months or 1))
        case unit:
            return shift_months(period.start, -MONTHS_IN[unit])


def _period(stretch: Stretch, *, through: date | None = None) -> Period:
    return Period(
        label=_label(stretch),
        start=stretch.start,
        end=stretch.end,
        unit=stretch.unit,
        through=through,
        fiscal_start=stretch.fiscal_start,
    )


def _label(stretch: Stretch) -> str:
    return f"{_name(stretch)} to date" if stretch.to_date else _name(stretch)


def _name(stretch: Stretch) -> str:
    first, last = stretch.start, stretch.end - ONE_DAY
    match stretch.unit:
        case PeriodUnit.DAY:
            return _between(first.isoformat(), last.isoformat())
        case PeriodUnit.MONTH:
            return _between(_month(first), _month(last))
        case PeriodUnit.QUARTER:
            quarter = (first.month - (stretch.fiscal_start or 1)) % 12 // 3 + 1
            return f"{_year(first, stretch.fiscal_start)}-Q{quarter}"
        case PeriodUnit.YEAR:
            return _year(first, stretch.fiscal_start)
        case PeriodUnit.TTM:
            return f"TTM to {_month(last)}"
        case never:
            assert_never(never)


def _between(first: str, last: str) -> str:
    return first if first == last else f"{first}..{last}"


def _month(day: date) -> str:
    return day.isoformat()[:7]


def _year(day: date, fiscal_start: int | None) -> str:
    if fiscal_start is None:
        return str(day.year)
    # The year that it ends in; one that begins in January ends in the same.
    year = day.year + (1 < fiscal_start <= day.month)
    return f"FY{year % 100:02}" if year in _TWO_DIGIT_YEARS else f"FY{year}"
