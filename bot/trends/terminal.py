"""A trend in the terminal: its course in 80 columns, and in full every month of every series."""

import sys

from bot.questions.question import View
from bot.style.parts import Parts, Table
from bot.trends.message import ending, opening, tables
from bot.trends.trend import Trend
from bot.trends.wording.rows import TrendDetail, course_grid, course_tables
from metrics.trends import LENGTHS

ALL = TrendDetail(values=sys.maxsize, months=LENGTHS[-1])
ABREAST = 5  # series side by side in 80 columns


def printed_trend(trend: Trend) -> Parts:
    """Compose a trend for a terminal, where nothing is too long."""
    parts = (*opening(trend), Table(course_grid(trend, ALL), figures=1))
    if trend.question.view is View.FULL:
        parts += (
            *tables(trend, ALL),
            *(map(Table, course_tables(trend, abreast=ABREAST)) if trend.breakdown else ()),
        )
    return (*parts, ending(trend))
