"""Trends: a rolling window for each month of a span, and the direction of a ratio over them."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from metrics.data_end import DataEnd
from metrics.errors import TrendLengthError, TrendPeriodError, TrendWindowError
from metrics.period_grammar import ONE_DAY, YEARS, shift_months
from metrics.periods import Period, PeriodUnit, months_between, trailing_twelve_months

WINDOWS = (1, 3, 12)  # months of a window; the last is the usual one: it holds every season
USUAL_MONTHS = 12
LENGTHS = range(2, 61)
STEPS = 3  # changes in a row that make a direction: one month is no trend


class Direction(StrEnum):
    """Direction of a ratio over its last three changes."""

    IMPROVING = "improving"
    FALLING = "falling"
    FLAT = "flat"
    MIXED = "mixed"
    TOO_SHORT = "too short"


def last_months(count: int, *, window: int, today: date, data_end: DataEnd | None = None) -> Period:
    """Find the ``count`` months up to the last one that a trend of such windows has.

    Where ``data_end`` is left out, here and below, the data ends today.

    Raises
    ------
    TrendWindowError, TrendLengthError
        If there is no such window, or a trend has not so many months.
    ImpossiblePeriodError
        If they begin before 1970.
    """
    end = _open_end(window, today, data_end)
    _check(count)
    return months_between(shift_months(end, -count), end, today=today, data_end=data_end)


def months_of(
    period: Period, *, window: int, today: date, data_end: DataEnd | None = None
) -> Period:
    """Find the months of a period that a trend of such windows has.

    Raises
    ------
    TrendPeriodError
        If the period is counted in days.
    TrendWindowError, TrendLengthError
        If there is no such window, or a trend has not so many months.

    Examples
    --------
    >>> from metrics.periods import parse_period
    >>> today = date(2026, 11, 21)
    >>> ytd = parse_period("ytd", today=today)
    >>> [months_of(ytd, window=months, today=today).label for months in (1, 12)]
    ['2026-01..2026-11', '2026-01..2026-10']
    """
    if period.unit is PeriodUnit.DAY:
        raise TrendPeriodError
    open_end = _open_end(window, today, data_end)
    end = period.end if period.complete else open_end
    _check((end.year - period.start.year) * 12 + end.month - period.start.month)
    return months_between(period.start, end, today=today, data_end=data_end)


def rolling_windows(
    months: Period, *, window: int, today: date, data_end: DataEnd | None = None
) -> tuple[Period, ...]:
    """Lay one window on each month of ``months``, ending with it, the oldest first.

    Parameters
    ----------
    months : Period
        Whole months, as from `last_months` or `months_of`.
    window : int
        Months per window, one of `WINDOWS`.
    today : date
        A month that it is in is not complete.
    data_end : DataEnd, optional
        A month that ends after it is not complete.

    Examples
    --------
    >>> today = date(2026, 11, 21)
    >>> months = last_months(2, window=3, today=today)
    >>> [period.label for period in rolling_windows(months, window=3, today=today)]
    ['2026-07..2026-09', '2026-08..2026-10']
    """
    ends = (shift_months(months.start, place + 1) for place in range(months.months or 0))
    return tuple(_window(end, window, today, data_end) for end in ends)


def window_a_year_before(
    latest: Period, *, window: int, today: date, data_end: DataEnd | None = None
) -> Period | None:
    """Lay the window that ends twelve months before ``latest``; None where there can be none.

    Examples
    --------
    >>> today = date(2026, 11, 21)
    >>> latest = months_between(date(2026, 8, 1), date(2026, 11, 1), today=today)
    >>> window_a_year_before(latest, window=3, today=today).label
    '2025-08..2025-10'
    """
    end = shift_months(latest.end, -USUAL_MONTHS)
    if shift_months(end, -window).year not in YEARS:
        return None
    found = _window(end, window, today, data_end)
    return found if data_end is None or is_in(found, data_end) else None


def is_in(window: Period, data_end: DataEnd) -> bool:
    """Say whether the month that a window ends with is in: it is what would be new in it."""
    end = window.measured_end
    return data_end.has_some_of((end - ONE_DAY).replace(day=1), end)


def direction(ratios: Sequence[Fraction | None]) -> Direction:
    """Name the direction in which ratios of equally long windows, the oldest first, went at last.

    Each of the last three changes has to go the same way, however little; with an undefined ratio
    among the last four there is nothing to say.

    Examples
    --------
    >>> direction([Fraction(percent, 100) for percent in (99, 98, 101, 102, 103)])
    <Direction.IMPROVING: 'improving'>
    """
    last = [ratio for ratio in ratios[-STEPS - 1 :] if ratio is not None]
    if len(last) <= STEPS:
        return Direction.TOO_SHORT
    changes = [after - before for before, after in pairwise(last)]
    if all(change > 0 for change in changes):
        return Direction.IMPROVING
    if all(change < 0 for change in changes):
        return Direction.FALLING
    return Direction.MIXED if any(changes) else Direction.FLAT


def _window(end: date, window: int, today: date, data_end: DataEnd | None) -> Period:
    month = months_between(shift_months(end, -1), end, today=today, data_end=data_end)
    if window == 1:
        return month
    if window == WINDOWS[-1]:
        return trailing_twelve_months(month, today=today)
    return months_between(shift_months(end, -window), end, today=today, data_end=data_end)


def _open_end(window: int, today: date, data_end: DataEnd | None) -> date:
    if window not in WINDOWS:
        raise TrendWindowError
    through = min(today + ONE_DAY, data_end.through if data_end else date.max)
    # A longer window that ended in the running month would lack a part of its last month.
    if window > 1:
        return min(through, today).replace(day=1)
    return shift_months((through - ONE_DAY).replace(day=1), 1)


def _check(months: int) -> None:
    if months not in LENGTHS:
        raise TrendLengthError(LENGTHS[0], LENGTHS[-1])
