"""Sentences of a trend: latest NRR, its changes and its direction."""

from collections.abc import Sequence
from fractions import Fraction

from bot.style.differences import change_of
from bot.style.figures import NO_BASE, NOT_DEFINED, SMALL_COHORT, percent
from bot.style.names import (
    WHOLE_COMPANY,
    about_name,
    capitalised,
    plural,
    safe_name,
    scope_name,
    short_month,
)
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from metrics.period_grammar import ONE_DAY
from metrics.periods import Period, day_words
from metrics.trends import STEPS, Direction

SPARKS = "▁▂▃▄▅▆▇█"
NO_SPARK = "·"
LONGEST_SPARKLINE = 24  # months

_WINDOWS = {1: "Monthly", 3: "3-month", 12: "12-month"}
_OVER = {
    1: "each month, of the accounts that paid when it opened",
    3: "the three months to each month's end, of the accounts that paid when they opened",
    12: "the twelve months to each month's end, of the accounts that paid when they opened",
}
_VERDICTS = {
    Direction.IMPROVING: "improving three months running",
    Direction.FALLING: "falling three months running",
    Direction.FLAT: "unchanged three months running",
    Direction.MIXED: "no steady direction",
    Direction.TOO_SHORT: "too few months for a direction",
}
_STEADY = frozenset({Direction.IMPROVING, Direction.FALLING, Direction.FLAT})
# By words and not by direction: a series of too few accounts has no arrow.
_ARROWS = {
    _VERDICTS[Direction.IMPROVING]: "↑",
    _VERDICTS[Direction.FALLING]: "↓",
    _VERDICTS[Direction.FLAT]: "→",
    _VERDICTS[Direction.MIXED]: "↕",
}
_TOO_FEW = "too few accounts to read a trend"


def month_of(period: Period) -> str:
    """Name the month that a window ends in: "Oct 2026"."""
    return short_month(period.end - ONE_DAY)


def series_name(trend: Trend, series: TrendSeries) -> str:
    """Name the accounts of a series, as at the head of a line."""
    if series.value is None:
        name = scope_name(trend.question.scope)
        return capitalised(name) if name == WHOLE_COMPANY else name
    return safe_name(series.value)


def window_name(trend: Trend) -> str:
    """Name the ratio and its window: "12-month NRR"."""
    return f"{_WINDOWS[trend.window]} {trend.question.nrr}"


def headline(trend: Trend) -> str:
    """Sum the trend up: latest NRR, its change in a year, and whose it is."""
    ratio, whole = window_name(trend), trend.whole
    about = about_name(trend.question.scope, trend.question.dimension)
    if whole.latest is None:
        return f"{ratio}: no month is over yet · {about}"
    month = f"{whole.latest.period.end - ONE_DAY:%B %Y}"
    if whole.latest.retention.nrr is None:
        return f"{ratio} {NO_BASE} in {month} · {about}"
    return f"{ratio} {percent(whole.now.nrr)} in {month}{_moved(whole)} · {about}"


def course_sentence(trend: Trend) -> str | None:
    """Tell a direction that has held for three months; None where there is none."""
    found = trend.whole.direction
    if verdict(trend.whole) != _VERDICTS[found] or found not in _STEADY:
        return None
    return f"{capitalised(_VERDICTS[found])}."


def compared_head(series: TrendSeries) -> str:
    """Head a column of changes: "vs 2025-10", or "since 2026-03" where no year before is known."""
    if (before := series.compared_with) is None:
        return NOT_DEFINED
    return f"{'vs' if series.year_before else 'since'} {month_of(before.period)}"


def verdict(series: TrendSeries) -> str:
    """Judge the direction of a series, unless it has too few accounts."""
    last = series.complete[-STEPS - 1 :]  # three changes are among four points
    smallest = min((point.retention.accounts_opening for point in last), default=0)
    if 0 < smallest < SMALL_COHORT and series.direction is not Direction.TOO_SHORT:
        return _TOO_FEW
    return _VERDICTS[series.direction]


def arrow(series: TrendSeries) -> str:
    """Draw `verdict` as an arrow; "n/a" where there is none."""
    return _ARROWS.get(verdict(series), NOT_DEFINED)


def change_since(series: TrendSeries, before: TrendPoint | None) -> str | None:
    """Subtract an earlier NRR from the latest month's, in points; None if undefined."""
    if before is None or series.latest is None:
        return None
    return change_of(series.latest.retention.nrr, before.retention.nrr)


def sparkline(series: TrendSeries, scale: Sequence[Fraction] = ()) -> str:
    """Draw the last two years of complete windows as a line of bars, lowest to highest.

    ``scale`` has other ratios that the bars are to be compared with, if any.
    """
    ratios = recent(series)
    defined = [ratio for ratio in (*ratios, *scale) if ratio is not None]
    if not defined:
        return NO_SPARK
    lowest, highest = min(defined), max(defined)
    return "".join(_spark(ratio, lowest, highest) for ratio in ratios)


def recent(series: TrendSeries) -> list[Fraction | None]:
    """List the ratios of the last two years of complete windows."""
    return [point.retention.nrr for point in series.complete[-LONGEST_SPARKLINE:]]


def notes(trend: Trend) -> tuple[str, ...]:
    """List the small print that applies, and always the cohort of a window."""
    lines = (
        _left_out_line(trend),
        _no_year_line(trend),
        running_line(trend),
        _unclosed_line(trend),
        _silent_line(trend),
        _gap_line(trend),
        _chained_line(trend),
    )
    return (*(line for line in lines if line), cohort_line(trend))


def cohort_line(trend: Trend) -> str:
    """Explain the cohort of each point."""
    return f"NRR over {_OVER[trend.window]}."


def running_line(trend: Trend) -> str | None:
    """Tell the NRR of the month that is not over; None where it is not in the trend."""
    point = trend.whole.running
    if point is None:
        return None
    of = scope_name(trend.question.scope)
    return f"{so_far(point)}: {trend.question.nrr} of {of} {percent(point.retention.nrr)}."


def so_far(point: TrendPoint) -> str:
    """Tell up to which day a month that is not over, or not all in, is known."""
    through = point.period.measured_end - ONE_DAY
    return f"{month_of(point.period)} to date, through {day_words(through, point.period)}"


def _left_out_line(trend: Trend) -> str | None:
    if not trend.months_left_out:
        return None
    first = month_of(trend.whole.points[0].period)
    months = plural(trend.months_left_out, "month")
    return f"{months} before {first} left out: nobody in the ledger paid when a window opened."


def _no_year_line(trend: Trend) -> str | None:
    before = trend.whole.compared_with
    if before is None or trend.whole.year_before is not None:
        return None
    month = month_of(before.period)
    return f"No window a year before is known: changes are counted from {month}."


def _unclosed_line(trend: Trend) -> str | None:
    closed, latest = trend.grounds.reach.closed_through, trend.whole.latest
    if closed is None or latest is None or closed >= latest.period.end:
        return None
    return f"Not closed after {closed - ONE_DAY:%b %Y}: late movements may still change the rest."


def _gap_line(trend: Trend) -> str | None:
    points = (point for series in trend.series for point in series.points if point.is_in)
    if all(point.retention.opening for point in points):
        return None
    return f"{NOT_DEFINED} and gaps: {NO_BASE.removeprefix(f'{NOT_DEFINED}, ')}."


def _chained_line(trend: Trend) -> str | None:
    if trend.chained is None:
        return None
    whole = f"{series_name(trend, trend.whole)} {percent(trend.chained)}"
    months = f"{len(trend.whole.complete)} months chained: {whole}"
    return f"{months}; each has a base of its own, so this is not their NRR."


def _silent_line(trend: Trend) -> str | None:
    points = sum(point.is_in for point in trend.whole.points)
    silent = (trend.question.period.months or 0) - trend.months_left_out - points
    if silent <= 0:
        return None
    return f"{plural(silent, 'month')} not in: nothing moved then, and no month is closed."


def _moved(series: TrendSeries) -> str:
    change = change_since(series, series.compared_with)
    if change is None or series.compared_with is None:
        return ""
    if series.year_before is None:
        return f", {change} since {month_of(series.compared_with.period)}"
    return f", {change} in a year"


def _spark(ratio: Fraction | None, lowest: Fraction, highest: Fraction) -> str:
    if ratio is None:
        return NO_SPARK
    if lowest == highest:  # a flat line stands in the middle
        return SPARKS[len(SPARKS) // 2]
    return SPARKS[round((ratio - lowest) / (highest - lowest) * (len(SPARKS) - 1))]
