"""Tables of a trend, by series or by month, and its lines in words."""

from dataclasses import dataclass

from bot.style.differences import change_of
from bot.style.figures import NOT_DEFINED, percent, short_parts
from bot.style.grid import Cells, Grid, LabelledText
from bot.style.names import capitalised, dimension_name, short_month
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from bot.trends.wording.sentences import (
    arrow,
    change_since,
    compared_head,
    month_of,
    recent,
    series_name,
    sparkline,
    window_name,
)
from metrics.period_grammar import ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendDetail:
    """Rows and lines that a long trend shows; the rest is counted.

    ``values`` is how many values have a row, ``drawn`` how many are followed over time, and
    ``months`` how many of the last months have a row.
    """

    values: int = 15
    drawn: int = 6
    months: int = 36


FULL = TrendDetail()

MOST_POINTS = 20  # of a series: Slack's charts take no more

_ORDINALS = {2: "2nd", 3: "3rd"}


def shown(trend: Trend, detail: TrendDetail = FULL) -> tuple[TrendSeries, ...]:
    """Pick the series that have a row: the whole scope and the largest values."""
    return trend.series[: 1 + detail.values]


def drawn(trend: Trend, detail: TrendDetail = FULL) -> tuple[TrendSeries, ...]:
    """Pick the series that there is room to follow month by month."""
    return trend.series[: 1 + detail.drawn]


def more_line(trend: Trend, detail: TrendDetail = FULL) -> str | None:
    """Count the values that have no row; None where all have one."""
    left = len(trend.series) - len(shown(trend, detail))
    return f"{left:,} more with a smaller opening {trend.unit.name} not shown." if left else None


def sampled(trend: Trend, series: TrendSeries) -> tuple[TrendPoint, ...]:
    """Pick the points of a series that a message has room for: the last, and evenly before it."""
    return series.points[:: -apart(trend)][::-1]  # counted from the end: the last one is shown


def apart(trend: Trend) -> int:
    """Count the months between two points of a message."""
    return -(-len(trend.whole.points) // MOST_POINTS)


def series_grid(trend: Trend, detail: TrendDetail = FULL) -> Grid:
    """Tabulate each series: latest NRR, its changes, and an arrow for its direction."""
    whole = trend.whole
    return Grid(
        title=f"{window_name(trend)} and its changes",
        header=(
            _about(trend),
            f"NRR {_month(whole.latest)}",
            f"vs {_month_beside(whole)}",
            compared_head(whole),
            f"Opening {trend.unit.name}",
            "Direction",
        ),
        rows=tuple(
            _series_row(trend, series, opening)
            for series, opening in zip(shown(trend, detail), _openings(trend), strict=False)
        ),
        named=True,
    )


def month_grid(trend: Trend, detail: TrendDetail = FULL) -> Grid:
    """Tabulate the whole scope's last months, the oldest first."""
    points = trend.whole.points
    cut = f", the last {detail.months} of {len(points)}" if detail.months < len(points) else ""
    pairs = list(zip((None, *points), points, strict=False))
    return Grid(
        title=f"{window_name(trend)} month by month{cut}",
        header=("Month", "NRR", "Change", "GRR", f"Opening {trend.unit.name}"),
        rows=tuple(_month_row(trend, before, point) for before, point in pairs[-detail.months :]),
        named=True,
    )


def course_grid(trend: Trend, detail: TrendDetail = FULL) -> Grid:
    """Draw each series as a sparkline, all on one scale, with its latest level and change."""
    listed = shown(trend, detail)
    ratios = [ratio for series in listed for ratio in recent(series) if ratio is not None]
    scale = (min(ratios), max(ratios)) if ratios else ()
    compared = compared_head(trend.whole)
    return Grid(
        title="",
        header=(_about(trend), window_name(trend), "Course", compared),
        rows=tuple(
            (
                series_name(trend, series),
                percent(series.now.nrr),
                sparkline(series, scale),
                change_since(series, series.compared_with) or NOT_DEFINED,
            )
            for series in listed
        ),
    )


def course_tables(trend: Trend, *, abreast: int) -> tuple[Grid, ...]:
    """Tabulate every series' NRR month by month, ``abreast`` series in each table."""
    starts = range(0, len(trend.series), abreast)
    return tuple(_side_by_side(trend, trend.series[at : at + abreast]) for at in starts)


def course_lines(trend: Trend, detail: TrendDetail = FULL) -> tuple[LabelledText, ...]:
    """Spell out the course of each drawn series, for those who do not see a chart."""
    return tuple(
        LabelledText(f"{series_name(trend, series)}, {span(trend)}:", _course(trend, series))
        for series in drawn(trend, detail)
    )


def span(trend: Trend) -> str:
    """Name the months that `sampled` has: "2024-12 to 2026-10, every 2nd month"."""
    points = sampled(trend, trend.whole)
    ends = dict.fromkeys((label(points[0]), label(points[-1])))
    return f"{' to '.join(ends)}{step_words(trend)}"


def step_words(trend: Trend) -> str:
    """Say ", every 2nd month" where `sampled` leaves months out; nothing where it has all."""
    step = apart(trend)
    return f", every {_ORDINALS[step]} month" if step > 1 else ""


def label(point: TrendPoint) -> str:
    """Name the month that a point's window ends in, marked while it is not over."""
    month = month_of(point.period)
    return month if point.period.complete else f"{month} so far"


def _about(trend: Trend) -> str:
    return capitalised(dimension_name(trend.question.dimension or "accounts"))


def _side_by_side(trend: Trend, abreast: tuple[TrendSeries, ...]) -> Grid:
    months = zip(*(series.points for series in abreast), strict=True)
    return Grid(
        title=f"{window_name(trend)} month by month",
        header=("Month", *(series_name(trend, series) for series in abreast)),
        rows=tuple(
            (label(points[0]), *(percent(point.retention.nrr) for point in points))
            for points in months
        ),
    )


def _openings(trend: Trend) -> tuple[str, ...]:
    currency, whole = trend.grounds.currency, trend.unit.minor(trend.whole.now.opening)
    parts = [trend.unit.minor(series.now.opening) for series in trend.breakdown]
    return (*short_parts([whole], currency), *short_parts(parts, currency))


def _series_row(trend: Trend, series: TrendSeries, opening: str) -> Cells:
    return (
        series_name(trend, series),
        percent(series.now.nrr),
        change_since(series, series.previous) or NOT_DEFINED,
        change_since(series, series.compared_with) or NOT_DEFINED,
        opening,
        arrow(series),
    )


def _month_row(trend: Trend, before: TrendPoint | None, point: TrendPoint) -> Cells:
    found = point.retention
    # A month that is not over has losses to come: it is compared with nothing.
    was = before.retention.nrr if before and point.period.complete else None
    return (
        label(point),
        percent(found.nrr),
        change_of(found.nrr, was) or NOT_DEFINED,
        percent(found.grr),
        trend.unit.amount(found.opening) if point.is_in else NOT_DEFINED,
    )


def _course(trend: Trend, series: TrendSeries) -> str:
    return ", ".join(percent(point.retention.nrr) for point in sampled(trend, series))


def _month(point: TrendPoint | None) -> str:
    return month_of(point.period) if point else NOT_DEFINED


def _month_beside(series: TrendSeries) -> str:
    latest, before = series.latest, series.previous
    if latest is None or before is None:
        return NOT_DEFINED
    month, last = (point.period.end - ONE_DAY for point in (before, latest))
    return f"{month:%b}" if month.year == last.year else short_month(month)
