"""Draws a table of shares as a heat map: the further from the middle, the stronger its colour."""

from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.charts.lettering import narrowed, told_apart, width_of, wrapped, write
from bot.charts.sheet import COLOURS, EDGE, FAINT, INK, NOTE, WIDTH, Margins, Sheet
from bot.charts.values import HeatCell, HeatMap, Tone

HEADING, ROW = 0.86, 0.25  # inches
MOST_NAME, GAP = 1.7, 0.1
MOST_LINES, LINE = 3, 0.165  # of the head of a column
STRONGEST = 0.8  # of a colour: letters on it have to be read
_LEAST_SPAN = 0.1  # a share: a point or two must not look like a fire
_DARK = 0.7


def draw_heat_map(chart: HeatMap) -> Figure:
    """Draw a row for each name, and a cell for each share with its words in it."""
    names = min(MOST_NAME, max(width_of(row.name, NOTE) for row in chart.rows))
    notes = max(width_of(word, NOTE) for word in (chart.head, *(row.note for row in chart.rows)))
    left = EDGE + names + GAP + (notes + GAP if notes else 0)
    width = (WIDTH - EDGE - left) / len(chart.columns)
    heads = [head.split("\n") for head in told_apart(chart.columns, partial(_broken, inches=width))]
    above = ROW * (len(chart.rows) + 1) + LINE * (max(map(len, heads)) - 1)
    sheet = Sheet.headed(chart.caption, height=HEADING + above)
    axes = sheet.axes(Margins(left=0, right=0))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(len(chart.rows) - 0.5, len(chart.rows) - 0.5 - above / ROW)
    _say(axes, (left - GAP, -1), chart.head, align="right", colour=FAINT)
    for at, head in enumerate(heads):
        for line, words in enumerate(reversed(head)):
            middle, level = left + (at + 0.5) * width, -1 - line * LINE / ROW
            _say(axes, (middle, level), words, colour=FAINT)
    span = _span(chart)
    fitting = partial(narrowed, inches=names, size=NOTE)
    named = told_apart([row.name for row in chart.rows], fitting)
    for at, (row, name) in enumerate(zip(chart.rows, named, strict=True)):
        _say(axes, (EDGE, at), name, align="left")
        _say(axes, (left - GAP, at), row.note, align="right", colour=FAINT)
        for place, cell in enumerate(row.cells):
            if cell is not None:
                _draw(
                    axes, (left + place * width, at), width, cell, strength=_of(chart, cell, span)
                )
    return sheet.figure


def _broken(name: str, *, inches: float) -> str:
    return "\n".join(wrapped(name, inches=inches - EDGE / 4, size=NOTE, most=MOST_LINES))


def _span(chart: HeatMap) -> float:
    cells = [cell for row in chart.rows for cell in row.cells if cell is not None]
    far = (abs(float(cell.share - chart.middle)) for cell in cells)
    return max(_LEAST_SPAN, *far) if cells else _LEAST_SPAN


def _of(chart: HeatMap, cell: HeatCell, span: float) -> float:
    """Find how strong a cell's colour is: below zero on the side of losses."""
    return float(cell.share - chart.middle) / span * STRONGEST


def _draw(
    axes: Axes, at: tuple[float, float], width: float, cell: HeatCell, *, strength: float
) -> None:
    tone = Tone.GAIN if strength > 0 else Tone.LOSS
    place, row = at
    axes.barh(
        row,
        width,
        0.94,
        place,
        color=COLOURS[tone],
        alpha=abs(strength),
        edgecolor="white",
        linewidth=1.2,
    )
    colour = "white" if abs(strength) > _DARK else INK
    label = narrowed(cell.label, inches=width, size=NOTE)
    _say(axes, (place + width / 2, row), label, colour=colour)


def _say(
    axes: Axes, at: tuple[float, float], words: str, *, align: str = "center", colour: str = INK
) -> None:
    if words:
        text = axes.text(*at, words, ha=align, va="center_baseline", fontsize=NOTE)
        write(text).set(color=colour)
