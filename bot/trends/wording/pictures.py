"""Which lines a trend's picture has, its title and its alt text."""

from collections.abc import Callable

from bot.benchmarks.bands import bands_words, behind_words
from bot.style.differences import UNCHANGED, change_of
from bot.style.figures import NO_BASE, percent
from bot.style.names import dimension_name, scope_name, shortened
from bot.style.pictures import MAX_ALT_TEXT
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from bot.trends.wording.sentences import running_line, series_name, window_name
from metrics.period_grammar import ONE_DAY

MOST_DRAWN = 9
"""Series in one picture: three rows of three small multiples."""

_WINDOWS = {
    1: "NRR of each month",
    3: "NRR of the three months to each month",
    12: "NRR of the twelve months to each month",
}


def drawn_series(trend: Trend) -> tuple[TrendSeries, ...]:
    """Pick the series that are drawn: the whole scope and the largest values."""
    return trend.series[:MOST_DRAWN]


def course_name(trend: Trend, series: TrendSeries) -> str:
    """Name a line where there is little room; the whole company is "company"."""
    if series.value is None and not trend.question.scope:
        return "company"
    return series_name(trend, series)


def month_label(point: TrendPoint) -> str:
    """Name the month that a point's window ends in: "Oct 26"."""
    return f"{point.period.end - ONE_DAY:%b %y}"


def what_is_drawn(trend: Trend) -> str:
    """Say what a point is, and how many values are not drawn."""
    left = len(trend.series) - len(drawn_series(trend))
    more = f"; {left:,} more not drawn" if left else ""
    hollow = "; hollow: so far" if trend.whole.running is not None else ""
    shaded = "; shaded: the usual range" if trend.usual else ""
    peers = "" if trend.breakdown else bands_words(trend.benchmarked)
    behind = f"; shaded: {peers}" if peers else ""
    return f"{_WINDOWS[trend.window]}{more}{hollow}{shaded}{behind}"


def trend_title(trend: Trend, named: Callable[[str], str] = str) -> str:
    """Sum a trend up: "12-month NRR 109.1%, +0.7 points in a year; the leak is smb: 87.5%, −4.0".

    ``named`` writes a name, where it may be too long or in letters that cannot be drawn.
    """
    scope = trend.question.scope
    who = f" of {named(scope_name(scope))}" if scope else ""
    ratio, whole = f"{window_name(trend)}{who}", trend.whole
    if whole.latest is None:
        return f"{ratio}: no month is over yet"
    nrr = whole.latest.retention.nrr
    if nrr is None:
        return f"{ratio}: {NO_BASE}"
    level = f"{ratio} {percent(nrr)}{_moved(whole, ' points')}"
    return f"{level}; {_leak(trend, named)}" if trend.breakdown else level


def trend_alt_text(trend: Trend) -> str:
    """Describe the chart by where each line begins and ends, at most 1,000 characters."""
    lines = "; ".join(_ends(trend, series) for series in drawn_series(trend))
    beside = "" if trend.breakdown else behind_words(trend.benchmarked)
    said = f"{trend_title(trend)}. Line chart: {lines}.{f' Behind it: {beside}.' if beside else ''}"
    running = running_line(trend)
    return shortened(f"{said} {running}" if running else said, MAX_ALT_TEXT)


def _moved(series: TrendSeries, unit: str = "") -> str:
    before, latest = series.compared_with, series.latest
    if before is None or latest is None:
        return ""
    since = " in a year" if series.year_before else f" since {month_label(before)}"
    now, was = latest.retention.nrr, before.retention.nrr
    change = change_of(now, was)
    if change is None:
        return ""
    return f", {change.removesuffix(' pts')}{unit if change != UNCHANGED else ''}{since}"


def _leak(trend: Trend, named: Callable[[str], str]) -> str:
    """Name the leak that was found, else the value that the whole lost the most with, net."""
    found = trend.findings.leak
    worst = max(trend.breakdown, key=lambda one: (one.value == found, _lost(one)))
    if _lost(worst) <= 0:
        return f"no {dimension_name(trend.question.dimension or 'part')} is below 100%"
    level = percent(worst.now.nrr)
    return f"the leak is {named(series_name(trend, worst))}: {level}{_moved(worst)}"


def _lost(series: TrendSeries) -> int:
    return series.now.opening - series.now.closing


def _ends(trend: Trend, series: TrendSeries) -> str:
    known = [point for point in series.complete if point.retention.nrr is not None]
    name = series_name(trend, series)
    if not known:
        return f"{name} {percent(None)}"
    ends = (
        f"{percent(point.retention.nrr)} in {point.period.end - ONE_DAY:%B %Y}"
        for point in (known[0], known[-1])
    )
    return f"{name} {' to '.join(dict.fromkeys(ends))}"
