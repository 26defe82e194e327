"""Charts drawn as pictures."""

import io
from functools import lru_cache
from typing import assert_never

from matplotlib.figure import Figure

from bot.charts.bars import draw_bars
from bot.charts.heat_map import draw_heat_map
from bot.charts.lettering import write
from bot.charts.lines import draw_lines
from bot.charts.panels import draw_panels
from bot.charts.sheet import FAINT, Sheet
from bot.charts.values import Bars, Chart, Empty, HeatMap, Lines, Panels, Waterfall
from bot.charts.waterfall import draw_waterfall

_EMPTY = 1.6  # inches


@lru_cache(maxsize=16)  # whoever a digest or an alert goes to, its chart is most often the same
def png(chart: Chart) -> bytes:
    """Draw a chart as PNG bytes; the same chart gives the same bytes."""
    return as_png(draw(chart))


def as_png(figure: Figure) -> bytes:
    """Render a figure as PNG bytes."""
    buffer = io.BytesIO()
    # Without matplotlib's version in it, a picture only changes when its figures do.
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def draw(chart: Chart) -> Figure:
    """Draw a chart as a figure."""
    match chart:
        case Waterfall():
            return draw_waterfall(chart)
        case Bars():
            return draw_bars(chart)
        case Lines():
            return draw_lines(chart)
        case Panels():
            return draw_panels(chart)
        case HeatMap():
            return draw_heat_map(chart)
        case Empty():
            return _draw_empty(chart)
        case _:
            assert_never(chart)


def _draw_empty(chart: Empty) -> Figure:
    sheet = Sheet.headed(chart.caption, height=_EMPTY)
    middle = sheet.figure.text(0.5, 0.3, chart.reason, ha="center", va="center")
    write(middle).set(fontsize=16, color=FAINT)
    return sheet.figure
