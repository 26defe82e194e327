"""Periods: half open stretches of days that answers are about, and their names."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from metrics.data_end import DataEnd
from metrics.errors import ImpossiblePeriodError, MetricsError
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
    whole_months,
)
from metrics.period_labels import label_of
from metrics.stand_ins import last_in

__all__ = [
    "PERIOD_WORDS",
    "NotInError",
    "Period",
    "PeriodUnit",
    "as_long",
    "day_words",
    "is_as_long",
    "is_period",
    "months_between",
    "parse_period",
    "period_words",
    "previous",
    "trailing_twelve_months",
    "year_before",
]

PERIOD_WORDS = (
    *("last-month", "last-quarter", "last-year", "this-month", "this-quarter", "this-year"),
    *("mtd", "qtd", "ytd", "ttm"),
    *("last-30-days", "last-90-days", "last-3-months", "last-6-months", "last-12-months"),
)
"""Words to suggest when a text is not a period; each of them is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A half open stretch of days, ``[start, end)``, under the name people know it by.

    An incomplete period keeps its whole ``end``, unless it is to date; its ``through`` is the day
    that it is measured at, the first one that has not begun or has no data. A range of whole months
    has the unit month. ``fiscal_start`` is the first month of the fiscal year of FY26, else None.
    """

    label: str
    start: date
    end: date
    unit: PeriodUnit
    through: date | None = None
    fiscal_start: int | None = None

    @property
    def complete(self) -> bool:
        """Whether it was over, and its last day in, when it was parsed."""
        return self.through is None

    @property
    def months(self) -> int | None:
        """Number of whole calendar months, None if its ends are not month starts."""
        return whole_months(self.start, self.end)

    @property
    def is_month(self) -> bool:
        """Whether it is exactly one calendar month, over or not."""
        return self.months == 1

    @property
    def is_year(self) -> bool:
        """Whether it is twelve calendar months that are over."""
        return self.complete and self.months == MONTHS_IN[PeriodUnit.YEAR]

    @property
    def is_to_date(self) -> bool:
        """Whether it was asked for up to the last day with data, as ``mtd`` is."""
        return self.label.endswith(" to date")

    @property
    def measured_end(self) -> date:
        """The day that it is measured at: a running one, where it or the data has got to."""
        return self.through or self.end

    @property
    def ends(self) -> tuple[date, date]:
        """The days that it is measured at: its first, and `measured_end`."""
        return self.start, self.measured_end


class NotInError(MetricsError):
    """The period has no day with data.

    Attributes
    ----------
    asked : Period
        The period without data, of which nothing is measured.
    data_end : DataEnd
        Where the data ends.
    instead : Period
        The last period of that kind that is in.
    """

    def __init__(self, asked: Period, data_end: DataEnd, instead: Period) -> None:
        words = period_words(asked)
        if asked.end <= data_end.through:
            why = f"{words} is not in: nothing moved in it, and no month is closed"
        else:
            why = f"{words} is not in yet: the data ends {day_words(data_end.last_day, asked)}"
        super().__init__(why[:1].upper() + why[1:])
        self.asked, self.data_end, self.instead = asked, data_end, instead


def parse_period(
    text: str, *, today: date, fiscal_start: int = 1, data_end: DataEnd | None = None
) -> Period:
    """Read the period that ``text`` names.

    Parameters
    ----------
    text : str
        In any case; spaces, hyphens and underscores between words are the same.
    today : date
        The reader's own day. It is inside "to date" periods and outside "last" ones.
    fiscal_start : int
        Month, 1 to 12, that fiscal years begin in. They are named for the year they end in.
    data_end : DataEnd, optional
        Nothing is measured beyond it, and "last" periods end by it; ``today`` when left out.

    Returns
    -------
    Period
        Incomplete (``complete=False``) when its last day is ``today`` or later, or has no data.

    Raises
    ------
    UnknownPeriodError
        If the text has the form of no period.
    ImpossiblePeriodError
        If it has, but the calendar has no such date, or a year is outside 1970 to 2199.
    PeriodOrderError, PeriodCountError
        If a range ends before it begins, or the N of ``last-N-days`` is out of bounds.
    NotInError
        If no day of it has data, or has begun.

    References
    ----------
    docs/definitions.md, section "Periods".

    Examples
    --------
    >>> today = date(2026, 11, 21)
    >>> parse_period("Last quarter", today=today).label
    '2026-Q3'
    >>> parse_period("mar 2026", today=today).end
    datetime.date(2026, 4, 1)
    >>> parse_period("qtd", today=today, data_end=DataEnd(through=date(2026, 11, 1))).through
    datetime.date(2026, 11, 1)
    """
    data_end = _end_for(today, data_end)
    stretch = read_stretch(
        text, today=today, data_through=data_end.through, fiscal_start=fiscal_start
    )
    lacks_months = stretch.unit is PeriodUnit.TTM and stretch.end > min(today, data_end.through)
    if lacks_months or not data_end.has_some_of(stretch.start, stretch.end):
        asked = replace(_complete(replace(stretch, to_date=False)), through=stretch.start)
        instead = last_in(stretch, today=today, data_end=data_end)
        raise NotInError(asked, data_end, _cut(instead, today, data_end))
    return _cut(stretch, today, data_end)


def previous(period: Period) -> Period:
    """Find the equally long period right before ``period``; it is always complete.

    Parameters
    ----------
    period : Period
        An incomplete one is compared by as many whole months and days as are measured of it,
        from the start of the unit before, and never past the end of that.

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
        end = _after_as_long(start, period)
        return _complete(stretch_between(start, min(end, period.start)))
    return _complete(
        Stretch(unit=period.unit, start=start, end=period.start, fiscal_start=period.fiscal_start)
    )


def year_before(period: Period) -> Period:
    """Find the same days twelve months earlier; of an incomplete period those that are measured.

    Examples
    --------
    >>> today = date(2026, 11, 21)
    >>> year_before(parse_period("2026-Q3", today=today)).label
    '2025-Q3'
    >>> year_before(parse_period("qtd", today=today)).label
    '2025-10-01..2025-11-21'
    """
    start, end = (_a_year_before(day) for day in (period.start, period.measured_end))
    if not period.complete:
        return _complete(stretch_between(start, end))
    return _complete(
        Stretch(unit=period.unit, start=start, end=end, fiscal_start=period.fiscal_start)
    )


def is_as_long(period: Period, other: Period) -> bool:
    """Say whether as much is measured of one period as of another.

    In days, or in whole months and days. What `previous` and `year_before` find is as long, too.

    Examples
    --------
    >>> today = date(2026, 11, 21)
    >>> third, second, year = (
    ...     parse_period(text, today=today) for text in ("2026-Q3", "2026-Q2", "2025")
    ... )
    >>> is_as_long(third, second), is_as_long(third, year)
    (True, False)
    """
    days = [one.measured_end - one.start for one in (period, other)]
    lengths = [_months_and_days(one) for one in (period, other)]
    return (
        days[0] == days[1]
        or lengths[0] == lengths[1]
        or other in (previous(period), year_before(period))
        or period in (previous(other), year_before(other))
    )


def as_long(period: Period, other: Period) -> Period:
    """Cut a complete unit, such as a quarter, to what is measured of another that is running.

    Any other period is returned as it is.

    Examples
    --------
    >>> today = date(2026, 11, 21)
    >>> as_long(parse_period("2026-Q3", today=today), parse_period("qtd", today=today)).label
    '2026-07-01..2026-08-21'
    """
    is_one_unit = period.unit is other.unit and period.months == MONTHS_IN.get(period.unit)
    if other.complete or not period.complete or not is_one_unit:
        return period
    end = min(_after_as_long(period.start, other), period.end)
    return _complete(stretch_between(period.start, end))


def trailing_twelve_months(period: Period, *, today: date) -> Period:
    """Return the last twelve months that are complete both when ``period`` ends and today.

    Examples
    --------
    >>> today = date(2026, 11, 21)
    >>> trailing_twelve_months(parse_period("2026-Q3", today=today), today=today).label
    'TTM to 2026-09'
    """
    end = min(period.measured_end, today)
    return _complete(twelve_months_before(end.replace(day=1)))


def months_between(
    start: date, end: date, *, today: date, data_end: DataEnd | None = None
) -> Period:
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
    return _cut(stretch_between(start, end), today, _end_for(today, data_end))


def period_words(period: Period) -> str:
    """Name a period as in a sentence: "October 2026", "Q3 2026", "the 12 months to May 2026".

    Examples
    --------
    >>> today = date(2026, 11, 21)
    >>> period_words(parse_period("2026-Q3", today=today))
    'Q3 2026'
    >>> period_words(parse_period("2025-11..2026-03", today=today))
    'November 2025 to March 2026'
    >>> period_words(parse_period("2026-01-15..2026-03-31", today=today))
    '15 Jan to 31 Mar 2026'
    """
    first, last = period.start, period.end - ONE_DAY
    match period.unit:
        case PeriodUnit.MONTH:
            return _range(f"{first:%B}", f"{last:%B}", period)
        case PeriodUnit.DAY:
            return _range(f"{first.day} {first:%b}", f"{last.day} {last:%b}", period)
        case PeriodUnit.QUARTER:
            year, quarter = period.label.split()[0].split("-")
            return f"{quarter} {year}"
        case PeriodUnit.TTM:
            return f"the 12 months to {last:%B %Y}"
        case _:
            return period.label.removesuffix(" to date")


def _range(first: str, last: str, period: Period) -> str:
    years = period.start.year, (period.end - ONE_DAY).year
    if years[0] != years[1]:
        return f"{first} {years[0]} to {last} {years[1]}"
    return f"{last} {years[1]}" if first == last else f"{first} to {last} {years[1]}"


def day_words(day: date, period: Period) -> str:
    """Name a day beside a period, which says the year if it is the same: "31 Oct"."""
    words = f"{day.day} {day:%b}"
    is_said = day.year in {period.start.year, (period.end - ONE_DAY).year}
    return words if is_said else f"{words} {day.year}"


def _end_for(today: date, data_end: DataEnd | None) -> DataEnd:
    if today.year not in YEARS:
        raise ImpossiblePeriodError
    return (data_end or DataEnd(through=today + ONE_DAY)).by(today)


def _a_year_before(boundary: date) -> date:
    found = shift_months(boundary, -12)
    # What ends before 29 February ends with the 28th, in the year before, too.
    return found if found.day == boundary.day else found + ONE_DAY


def _after_as_long(start: date, period: Period) -> date:
    months, days = _months_and_days(period)
    return shift_months(start, months) + days


def _months_and_days(period: Period) -> tuple[int, timedelta]:
    end = period.measured_end
    months = (end.year - period.start.year) * 12 + end.month - period.start.month
    months -= shift_months(period.start, months) > end
    return months, end - shift_months(period.start, months)


def _previous_start(period: Period) -> date:
    match period.unit:
        case PeriodUnit.DAY:
            return period.start - (period.end - period.start)
        case PeriodUnit.MONTH:  # a range has several; a month to date has no whole one
            return shift_months(period.start, -(period.months or 1))
        case unit:
            return shift_months(period.start, -MONTHS_IN[unit])


def _complete(stretch: Stretch) -> Period:
    return Period(
        label=label_of(stretch),
        start=stretch.start,
        end=stretch.end,
        unit=stretch.unit,
        fiscal_start=stretch.fiscal_start,
    )


def _cut(stretch: Stretch, today: date, data_end: DataEnd) -> Period:
    whole = _complete(stretch)
    if stretch.to_date:
        return replace(whole, end=data_end.through, through=data_end.through)
    if stretch.end <= min(today, data_end.through):
        return whole
    return replace(whole, through=data_end.through)
