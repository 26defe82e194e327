"""Slack's own line chart of a trend."""

from fractions import Fraction

from bot.message import Block
from bot.style.names import shortened
from bot.trends.trend import Trend, TrendSeries
from bot.trends.wording.rows import TrendDetail, drawn, sampled, step_words
from bot.trends.wording.sentences import month_of, series_name, window_name
from metrics.money import round_half_up

LONGEST_NAME = 20  # Slack refuses longer names of series
SO_FAR = "so far"
PAR = "100%"  # a line to read the others against: below it the base shrinks


def trend_chart(trend: Trend, detail: TrendDetail) -> Block | None:
    """Chart the largest series as lines; None when there is none to draw."""
    lines = _whole_lines(trend, detail)
    months = [
        month_of(point.period) if point.period.complete else SO_FAR
        for point in sampled(trend, trend.whole)
    ]
    if not lines or len(months) < 2:  # noqa: PLR2004 - one point is no line
        return None
    names = _names(trend, lines)
    series = [
        *(
            {"name": name, "data": _data(months, _ratios(trend, line))}
            for name, line in zip(names, lines, strict=True)
        ),
        {"name": PAR, "data": _data(months, [Fraction(1)] * len(months))},
    ]
    return {
        "type": "data_visualization",
        "title": f"{window_name(trend)}{step_words(trend)}",
        "chart": {
            "type": "line",
            "series": series,
            "axis_config": {"categories": months, "y_label": "NRR, %"},
        },
    }


def _whole_lines(trend: Trend, detail: TrendDetail) -> tuple[TrendSeries, ...]:
    # Slack wants a value for every month of every series.
    return tuple(series for series in drawn(trend, detail) if None not in _ratios(trend, series))


def _ratios(trend: Trend, series: TrendSeries) -> list[Fraction | None]:
    return [point.retention.nrr for point in sampled(trend, series)]


def _data(months: list[str], ratios: list[Fraction | None]) -> list[Block]:
    return [
        {"label": month, "value": float(round_half_up(ratio * 100, 1))}
        for month, ratio in zip(months, ratios, strict=True)
        if ratio is not None
    ]


def _names(trend: Trend, lines: tuple[TrendSeries, ...]) -> list[str]:
    names = [series_name(trend, line) for line in lines]
    short = [shortened(name, LONGEST_NAME) for name in names]
    if len({PAR, *short}) > len(short):  # all differ, also from the line of 100%
        return short
    return [shortened(f"{number}. {name}", LONGEST_NAME) for number, name in enumerate(names, 1)]
