"""A trend in the terminal, with every month of every series."""

import sys
from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from bot.style.grounds import footer
from bot.style.terminal import QUIET, WARNING, titled
from bot.trends.trend import Trend
from bot.trends.wording import sentences as trends
from bot.trends.wording.rows import TrendDetail, course_grid, course_tables, month_grid, series_grid
from metrics.trends import LENGTHS

ALL = TrendDetail(values=sys.maxsize, months=LENGTHS[-1])
ABREAST = 5  # series side by side in 80 columns


def trend_rows(trend: Trend) -> Iterator[RenderableType]:
    """Yield the headline, tables, notes and footer of a trend."""
    if trend.question.note:
        yield Text(trend.question.note, style=WARNING)
    yield Text(trends.headline(trend), style="bold")
    if trend.breakdown:
        yield from titled(series_grid(trend, ALL), figures=4)
        tables = course_tables(trend, abreast=ABREAST)
    else:
        tables = (month_grid(trend, ALL),)
    yield from titled(course_grid(trend, ALL), figures=0)
    for grid in tables:
        yield from titled(grid, figures=len(grid.header) - 1)
    for line in trends.notes(trend):
        yield Text(line, style=QUIET)
    yield Text("")
    yield Text(footer(trend.grounds), style=QUIET)
