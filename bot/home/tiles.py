"""The tiles of the Home tab: twelve months' NRR and GRR and the last closed month, with courses."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.style.differences import change_of, change_on
from bot.style.figures import percent
from bot.style.grid import Grid
from bot.style.names import in_period, short_period
from bot.style.parts import Bullets, Parts, Table
from bot.trends.trend import Trend, TrendPoint
from metrics.benchmarks.comparing import Measure

STEPS = "▁▂▃▄▅▆▇█"
LEAST_SPAN = Fraction(2, 100)
"""A course of less is drawn nearly level: a tenth of a point is no cliff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One ratio as it stands, how it changed, and its course of up to twelve months."""

    title: str
    value: str
    change: str
    course: str


def tiles_of(years: Trend | None, months: Trend) -> tuple[Tile, ...]:
    """Make the three tiles; that of the month alone where twelve months are not known yet."""
    found = [
        _tile(f"12-month {ratio.upper()}", years, ratio, years.whole.year_before)
        for ratio in (Measure.NRR, Measure.GRR)
        if years is not None
    ]
    last, before = months.whole.latest, months.whole.previous
    if last is not None:
        on = before and short_period(before.period, beside=last.period)
        title = f"NRR {in_period(last.period, short_period(last.period))}"
        found.append(_tile(title, months, Measure.NRR, before, on or ""))
    return tuple(found)


def tile_table(tiles: Sequence[Tile]) -> Parts:
    """Lay the tiles out beside each other, where there are several."""
    if len(tiles) == 1:
        return tile_list(tiles)
    header = tuple(one.title for one in tiles)
    rows = (
        tuple(one.value for one in tiles),
        tuple(one.course for one in tiles),
        tuple(one.change for one in tiles),
    )
    told = tuple(filter(any, rows))  # nobody has a course or a change in the first month
    return (Table(Grid(title="", header=header, rows=told), figures=0),) if tiles else ()


def tile_list(tiles: Sequence[Tile]) -> Parts:
    """Lay the tiles out below each other, for a Slack that takes no tables there."""
    rows = tuple((one.title, one.value, one.change, one.course) for one in tiles)
    return (Bullets(Grid(title="", header=("", "", "", ""), rows=rows)),) if tiles else ()


def sparkline(values: Sequence[Fraction]) -> str:
    """Draw a course in one line of text, the lowest value as the lowest bar.

    Examples
    --------
    >>> sparkline([Fraction(90, 100), Fraction(95, 100), Fraction(97, 100)])
    '▁▆█'
    >>> sparkline([Fraction(1000, 1000), Fraction(1001, 1000)])  # a tenth of a point
    '▄▅'
    """
    if not values:
        return ""
    lowest, highest = min(values), max(values)
    span = max(highest - lowest, LEAST_SPAN)
    floor = (lowest + highest - span) / 2
    top = len(STEPS) - 1
    return "".join(STEPS[int((value - floor) / span * top + Fraction(1, 2))] for value in values)


def _tile(
    title: str, trend: Trend, ratio: Measure, before: TrendPoint | None, when: str = ""
) -> Tile:
    latest = trend.whole.complete[-1]
    now, then = ratio.of(latest.retention), ratio.of(before.retention) if before else None
    in_a_year = change_of(now, then)
    change = change_on(now, then, when) if when else in_a_year and f"{in_a_year} in a year"
    course = [ratio.of(point.retention) for point in trend.whole.complete]
    return Tile(
        title=title,
        value=percent(now),
        change=change or "",
        course=sparkline([one for one in course if one is not None]),
    )
