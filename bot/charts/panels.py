"""Draws small multiples: one panel for each line, all on the same scale."""

from collections.abc import Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.charts.lettering import narrowed, told_apart, width_of, write
from bot.charts.lines import levels_of, percent_of
from bot.charts.scale import PAR, LevelScale, draw_par, name_months
from bot.charts.sheet import COLOURS, EDGE, GRID, INK, NOTE, WIDTH, Sheet, strip
from bot.charts.values import Line, Panels, Tone

COLUMNS = 3
HEADING, ROW = 0.93, 0.94  # inches
NAMES, MONTHS, GAP = 0.25, 0.2, 0.14
LETTERS = NOTE
SMALL = NOTE


def draw_panels(chart: Panels) -> Figure:
    """Draw a panel for each line, before those of all others in grey."""
    rows = -(-len(chart.lines) // COLUMNS)
    sheet = Sheet.headed(chart.caption, height=HEADING + rows * ROW + MONTHS)
    scale = LevelScale.around([PAR, *levels_of(chart.lines)], most=3)
    left = EDGE + scale.width(SMALL)
    for at, (line, heading) in enumerate(zip(chart.lines, _headings(chart, left), strict=True)):
        axes = _panel(sheet, at, rows, left=left)
        strip(axes, size=SMALL)
        scale.put_on(axes, size=SMALL)
        axes.tick_params(axis="y", labelleft=at % COLUMNS == 0)
        name_months(axes, chart.months, most=2)
        is_lowest = at + COLUMNS >= len(chart.lines)
        axes.tick_params(axis="x", labelsize=SMALL, labelbottom=is_lowest)
        _draw(axes, line, others=chart.lines)
        weight = "bold" if line.is_whole else "normal"
        text = axes.set_title(heading, loc="left", fontsize=LETTERS, fontweight=weight, pad=3)
        write(text).set_color(INK)
    return sheet.figure


def _panel(sheet: Sheet, at: int, rows: int, *, left: float) -> Axes:
    width, height = sheet.figure.get_size_inches()
    row, column = divmod(at, COLUMNS)
    wide = _width(left)
    high = (sheet.top - sheet.foot - EDGE / 2 - MONTHS) / rows
    bottom = sheet.foot + EDGE / 2 + MONTHS + (rows - 1 - row) * high
    return sheet.figure.add_axes(
        (
            (left + column * wide) / width,
            (bottom + 0.04) / height,
            (wide - GAP) / width,
            (high - NAMES - 0.04) / height,
        )
    )


def _draw(axes: Axes, line: Line, *, others: Sequence[Line]) -> None:
    for other in others:  # grey, so that each line is seen among all
        axes.plot(_levels(other), color=GRID, linewidth=0.8, zorder=1)
    draw_par(axes)
    colour = INK if line.is_whole else _colour(line)
    levels = _levels(line)
    axes.plot(levels, color=colour, linewidth=2, zorder=3)
    axes.plot([len(levels) - 1], levels[-1:], marker="o", markersize=4, color=colour, clip_on=False)
    axes.set_xlim(-0.5, len(levels) - 0.5)


def _colour(line: Line) -> str:
    last = next((ratio for ratio in reversed(line.ratios) if ratio is not None), None)
    return COLOURS[Tone.LOSS if last is not None and last < 1 else Tone.GAIN]


def _headings(chart: Panels, left: float) -> list[str]:
    labels = max(width_of(f" {line.label}", LETTERS, bold=line.is_whole) for line in chart.lines)
    fitting = partial(narrowed, inches=_width(left) - GAP - labels, size=LETTERS)
    names = told_apart([line.name for line in chart.lines], fitting)
    return [
        " ".join(filter(None, (fitting(name, bold=line.is_whole), line.label)))
        for line, name in zip(chart.lines, names, strict=True)
    ]


def _width(left: float) -> float:
    return (WIDTH - left - EDGE) / COLUMNS


def _levels(line: Line) -> list[float]:
    return [percent_of(ratio) for ratio in line.ratios]
