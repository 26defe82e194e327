"""A trend of many series as small multiples: one panel each, all on the same scale."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.style.chart import (
    FAINT,
    GAIN,
    GRID,
    INK,
    drawable,
    narrowed,
    new_figure,
    strip,
    to_png,
    write,
)
from bot.style.figures import percent
from bot.style.grounds import footer
from bot.trends.chart import level_of, title_name
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from bot.trends.wording.rows import TrendDetail, drawn
from bot.trends.wording.sentences import cohort_line, picture_title, series_name

COLUMNS = 3
MANY = TrendDetail(drawn=11)  # and the whole: four rows of three panels
NAME_WIDTH = 1.55  # inches: a panel is 2.3 wide, and its name stands before a percentage
TITLE_HEIGHT, ROW_HEIGHT = 1.2, 1.35  # inches
LETTERS = 9.5


def panels_png(trend: Trend) -> bytes:
    """Draw a panel per series as PNG bytes."""
    return to_png(draw_panels(trend))


def draw_panels(trend: Trend) -> Figure:
    """Draw a panel per series, its line before those of all others; only windows that are over.

    The title says which way they go.
    """
    shown = drawn(trend, MANY)
    rows = -(-len(shown) // COLUMNS)
    height = TITLE_HEIGHT + rows * ROW_HEIGHT
    source = "\n".join((*_notes(trend, len(shown)), footer(trend.grounds)))
    figure = new_figure(picture_title(trend, title_name), source, height=height)
    grid = list(figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).flat)
    for place, series in enumerate(shown):
        _draw(grid[place], trend, series, others=shown, place=place)
    for axes in grid[len(shown) :]:
        axes.set_axis_off()
    for axes in grid[: len(shown)][-COLUMNS:]:  # months stand below the last panel of a column
        axes.tick_params(labelbottom=True)
    _scale(grid[0], shown)
    return figure


def _draw(
    axes: Axes, trend: Trend, series: TrendSeries, *, others: Sequence[TrendSeries], place: int
) -> None:
    for other in others:  # grey, so that each line is seen among all
        axes.plot(_levels(other), color=GRID, linewidth=0.8, zorder=1)
    axes.axhline(100, color=FAINT, linewidth=0.8, zorder=2)
    is_whole = series.value is None
    colour = INK if is_whole else GAIN
    axes.plot(_levels(series), color=colour, linewidth=2, zorder=3)
    axes.plot(
        [len(series.complete) - 1], _levels(series)[-1:], marker="o", markersize=4, color=colour
    )
    weight = "bold" if is_whole else "normal"
    title = _title(trend, series, place)
    write(axes.set_title(title, loc="left", fontsize=LETTERS, fontweight=weight, pad=4))
    strip(axes, size=8)


def _title(trend: Trend, series: TrendSeries, place: int) -> str:
    name = drawable(series_name(trend, series)) or f"no. {place}"
    latest = series.latest.retention.nrr if series.latest else None
    return f"{narrowed(name, inches=NAME_WIDTH, size=LETTERS)} {percent(latest)}"


def _levels(series: TrendSeries) -> list[float]:
    return [level_of(point) for point in series.complete]


def _scale(axes: Axes, shown: Sequence[TrendSeries]) -> None:
    points = shown[0].complete
    low, high = axes.get_ylim()
    marks = [
        mark
        for mark in MaxNLocator(nbins=3, integer=True).tick_values(low, high)
        if low <= mark <= high
    ]
    axes.set_yticks(marks, [f"{mark:,.0f}%" for mark in marks])
    ticks = _year_starts(points)
    axes.set_xticks(ticks, [f"{points[at].period.end.year}" for at in ticks])
    axes.set_xlim(-0.5, len(points) - 0.5)


def _year_starts(points: Sequence[TrendPoint]) -> list[int]:
    found = [at for at, point in enumerate(points) if point.period.end.month == 2]  # noqa: PLR2004
    return found or [0]


def _notes(trend: Trend, count: int) -> tuple[str, ...]:
    left = len(trend.series) - count
    more = (f"Not drawn: {left:,} more with a smaller base.",) if left else ()
    return f"{cohort_line(trend)} Grey: the others. The line across is 100%.", *more
