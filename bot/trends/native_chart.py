"""Slack's own line chart of a trend."""

from fractions import Fraction

from bot.message import Block
from bot.style.names import numbered
from bot.style.native_chart import in_percent, native_chart
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from bot.trends.wording.pictures import course_name, month_label
from bot.trends.wording.rows import TrendDetail, drawn
from bot.trends.wording.sentences import window_name

SO_FAR = "so far"
MOST_POINTS = 12  # of a line: the names of more months run into each other
MOST_LINES = 5


def trend_chart(trend: Trend, detail: TrendDetail) -> Block | None:
    """Chart the largest series as lines; None when there is none to draw.

    There is no line of 100%: it would have the colour of a series.
    """
    lines = _whole_lines(trend, detail)
    months = [
        month_label(point) if point.period.complete else SO_FAR for point in _sampled(trend.whole)
    ]
    if not lines or len(months) < 2:  # noqa: PLR2004 - one point is no line
        return None
    names = numbered([course_name(trend, line) for line in lines])
    courses = [
        [in_percent(ratio) for ratio in _ratios(line) if ratio is not None] for line in lines
    ]
    series = zip(names, courses, strict=True)
    return native_chart("line", window_name(trend), months, series, y_label="NRR, %")


def _whole_lines(trend: Trend, detail: TrendDetail) -> tuple[TrendSeries, ...]:
    # Slack wants a value for every month of every series.
    found = (series for series in drawn(trend, detail) if None not in _ratios(series))
    return tuple(found)[:MOST_LINES]


def _sampled(series: TrendSeries) -> tuple[TrendPoint, ...]:
    """Pick the last point, and evenly before it as many as there is room for."""
    step = -(-len(series.points) // MOST_POINTS)
    return series.points[::-step][::-1]


def _ratios(series: TrendSeries) -> list[Fraction | None]:
    return [point.retention.nrr for point in _sampled(series)]
