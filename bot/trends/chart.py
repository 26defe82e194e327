"""A trend as lines read against 100%, or as small multiples where lines would cross."""

from bot.benchmarks.bands import drawn_bands, drawn_goal
from bot.charts.lettering import drawable
from bot.charts.lines import LINE_COLOURS, crossings
from bot.charts.picture import png
from bot.charts.values import Caption, Chart, Empty, Line, Lines, Panels
from bot.style.figures import NO_BASE, percent
from bot.style.names import safe_name
from bot.trends.trend import Trend, TrendSeries
from bot.trends.wording.pictures import (
    course_name,
    drawn_series,
    month_label,
    trend_alt_text,
    trend_title,
    what_is_drawn,
)
from storage.delivery.parcels import Picture

MOST_IN_ONE = len(LINE_COLOURS)
MOST_CROSSINGS = 4
NAME_IN_TITLE = 24


def trend_picture(trend: Trend, *, source: str = "") -> Picture:
    """Draw a trend, with its words; ``source`` is for a picture alone in a file."""
    return Picture(png(trend_chart(trend, source=source)), trend_alt_text(trend))


def trend_chart(trend: Trend, *, source: str = "") -> Chart:
    """Chart a line for each series, or a panel where they are many or cross often."""
    caption = Caption(
        title=trend_title(trend, _in_title), subtitle=what_is_drawn(trend), source=source
    )
    shown = drawn_series(trend)
    if not any(point.retention.opening for series in shown for point in series.points):
        return Empty(caption=caption, reason=NO_BASE)
    over = [_line(trend, place, series) for place, series in enumerate(shown)]
    if len(shown) > MOST_IN_ONE or crossings(over) > MOST_CROSSINGS:
        months = tuple(map(month_label, trend.whole.complete))
        return Panels(caption=caption, months=months, lines=tuple(over))
    is_alone = len(shown) == 1  # one band behind lines of many would be none of theirs
    return Lines(
        caption=caption,
        months=tuple(map(month_label, trend.whole.points)),
        lines=tuple(_line(trend, at, series, so_far=True) for at, series in enumerate(shown)),
        marks=drawn_goal(trend.benchmarked) if is_alone else (),
        band=(trend.usual.low, trend.usual.high) if trend.usual else None,
        named_bands=drawn_bands(trend.benchmarked) if is_alone else (),
    )


def _line(trend: Trend, place: int, series: TrendSeries, *, so_far: bool = False) -> Line:
    """Take the points of a series, those of windows that are over unless ``so_far`` too."""
    is_running = so_far and series.running is not None
    points = series.points if so_far else series.complete
    known = [point for point in series.complete if point.retention.opening]
    return Line(
        name=drawable(course_name(trend, series)) or f"no. {place}",
        ratios=tuple(point.retention.nrr for point in points),
        label=percent(known[-1].retention.nrr) if known else "",
        is_whole=series.value is None,
        is_running=is_running,
    )


def _in_title(name: str) -> str:
    return safe_name(drawable(name) or "this segment", longest=NAME_IN_TITLE)
