"""Rolling windows measured: a trend question becomes its trend, from the ledger."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import compress, dropwhile
from operator import and_

from bot.errors import UsageError
from bot.questions.hints import typed
from bot.questions.parsing import Question
from bot.questions.question import ViewOptions
from bot.style.grounds import Grounds
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from metrics.data_end import DataEnd
from metrics.periods import NotInError, Period, parse_period, previous
from metrics.rates import MissingRateError
from metrics.retention import NOTHING, Retention
from metrics.trends import WINDOWS, is_in, rolling_windows, window_a_year_before
from metrics.usual import MOST
from storage.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class _Window:
    period: Period
    company: Retention
    scope: Retention
    values: Mapping[str, Retention]
    is_in: bool = True


def trend_of(
    ledger: Ledger,
    question: Question,
    *,
    today: date,
    data_end: DataEnd,
    grounds: Grounds,
) -> Trend:
    """Measure the trend that a question with a window asks for.

    Raises
    ------
    UsageError
        If nobody paid when any of the windows opened.
    """
    window = question.options.window or WINDOWS[-1]
    periods = rolling_windows(question.period, window=window, today=today, data_end=data_end)
    first = ledger.first_month()
    windows = _measured(ledger, question, periods, first=first, data_end=data_end)
    # Before the ledger begins there is nothing to measure, rather than a base of nobody.
    told = list(dropwhile(lambda window: not window.company.opening, windows))
    while told and not told[-1].is_in:
        told.pop()
    if not told:
        _read(ledger, question, periods[-1:])  # if a rate is missing, that is the reason
        shorter = ", or shorter windows with monthly" if window > WINDOWS[0] else ""
        instead = _instead(ledger, question, today=today, data_end=data_end)
        # A ledger that had begun by then has lost everybody: that can have been later, too.
        months = "later" if first is None or periods[-1].start <= first else "other"
        raise UsageError(
            f"nobody paid when these windows opened: ask for {months} months{shorter}{instead}"
        )
    earlier = _a_year_before(told, window, today=today, data_end=data_end)
    before = None
    if earlier is not None:
        [before] = _measured(ledger, question, (earlier,), first=first, data_end=data_end)
    if before is not None and not before.company.opening:
        before = None
    return Trend(
        question=question,
        grounds=grounds,
        series=(_whole(told, before), *_series(told, before, question.dimension)),
        months_left_out=_count_in(windows) - _count_in(told),
        months_before=_months_before(ledger, question, told, first=first),
    )


def _months_before(
    ledger: Ledger, question: Question, windows: list[_Window], *, first: date | None
) -> Mapping[Period, Fraction]:
    """Read the NRR of the months that say what is usual for the latest, however many are drawn."""
    over = [one.period for one in windows if one.is_in and one.period.complete]
    if question.options.window != 1 or question.dimension or not over or first is None:
        return {}
    before, found = list[Period](), dict[Period, Fraction]()
    period = over[-1]
    while len(before) < MOST and (period := previous(period)).start >= first:
        before.append(period)
    with suppress(MissingRateError):
        for one in _read(ledger, question, before):
            if one.scope.nrr is None:
                break
            found[one.period] = one.scope.nrr
    return found


def _instead(ledger: Ledger, question: Question, *, today: date, data_end: DataEnd) -> str:
    """Suggest the last month, or this one, if somebody of the scope paid when it opened."""
    for words in ("last-month", "mtd"):
        with suppress(NotInError):
            period = parse_period(words, today=today, data_end=data_end)
            [found] = _read(ledger, question, [period])
            if found.scope.opening:
                return f". Try: {typed(replace(question, options=ViewOptions(), period=period))}"
    return ""


def _a_year_before(
    windows: list[_Window], window: int, *, today: date, data_end: DataEnd
) -> Period | None:
    """Find the window that the latest is compared with; None where it is among them already."""
    over = (one.period for one in reversed(windows) if one.is_in and one.period.complete)
    latest = next(over, None)
    if latest is None:
        return None
    found = window_a_year_before(latest, window=window, today=today, data_end=data_end)
    return None if found in [one.period for one in windows] else found


def _count_in(windows: list[_Window]) -> int:
    return sum(window.is_in for window in windows)


def _measured(
    ledger: Ledger,
    question: Question,
    periods: Sequence[Period],
    *,
    first: date | None,
    data_end: DataEnd,
) -> list[_Window]:
    """Measure the windows that begin when there is something to measure, and are in."""
    are_in = [is_in(period, data_end) for period in periods]
    begin = [first is not None and period.start >= first for period in periods]
    are_there = [*map(and_, are_in, begin)]
    found = iter(_read(ledger, question, [*compress(periods, are_there)]))
    return [
        next(found) if is_there else _Window(period, NOTHING, NOTHING, {}, is_in=one)
        for period, one, is_there in zip(periods, are_in, are_there, strict=True)
    ]


def _read(ledger: Ledger, question: Question, periods: Sequence[Period]) -> list[_Window]:
    found = ledger.windows([one.ends for one in periods], question.scope, question.dimension)
    return [
        _Window(period, one.company, one.scope, one.values)
        for period, one in zip(periods, found, strict=True)
    ]


def _whole(windows: list[_Window], earlier: _Window | None) -> TrendSeries:
    return TrendSeries(
        points=tuple(
            TrendPoint(period=w.period, retention=w.scope, is_in=w.is_in) for w in windows
        ),
        earlier=TrendPoint(period=earlier.period, retention=earlier.scope) if earlier else None,
    )


def _series(
    windows: list[_Window], earlier: _Window | None, dimension: str | None
) -> list[TrendSeries]:
    # A value may be new, or gone: its series has points for the same months as all others.
    values = sorted({value for window in windows for value in window.values})
    series = [
        TrendSeries(
            dimension=dimension,
            value=value,
            points=tuple(_point(w, value) for w in windows),
            earlier=_point(earlier, value) if earlier else None,
        )
        for value in values
    ]
    return sorted(series, key=_base, reverse=True)


def _point(window: _Window, value: str) -> TrendPoint:
    retention = window.values.get(value, NOTHING)
    return TrendPoint(period=window.period, retention=retention, is_in=window.is_in)


def _base(series: TrendSeries) -> tuple[int, int]:
    # The largest base now; among those that are gone, the one that was largest over time.
    return series.now.opening, sum(point.retention.opening for point in series.points)
