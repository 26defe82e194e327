"""Draws lines over months, each named at its end with its latest figure."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.charts.labels import SIZE, Label, name_ends, name_inside
from bot.charts.lettering import narrowed, told_apart, width_of, write
from bot.charts.scale import PAR, LevelScale, draw_par, name_months
from bot.charts.sheet import COLOURS, EDGE, FAINT, GRID, INK, NOTE, Margins, Sheet, strip
from bot.charts.values import Line, Lines, NamedBand, Spot

MOST_LABEL = 2.1  # inches at the right
MOST_MONTHS = 5
MOST_LARGE_MARKERS = 24  # more of them would hide their line
# Ink for the first, then those of Okabe and Ito that are dark enough on white.
LINE_COLOURS = (INK, "#0072b2", "#d55e00", "#009e73", "#cc79a7")
BAND_COLOURS = (LINE_COLOURS[1], LINE_COLOURS[2])
BAR, BAR_STEP = 3.0, 0.03  # of a band: its width in points, its place in lengths of the chart
MARKERS = ("o", "s", "^", "D", "v")  # colours alone do not survive a printer


def draw_lines(chart: Lines) -> Figure:
    """Draw a line each, a gap where it is not defined; what is not over is hollow and dashed."""
    sheet = Sheet.headed(chart.caption, height=chart.height)
    scale = LevelScale.around(list(_levels(chart)), most=5)
    labels = [label for label in _labels(chart, scale) if label is not None]
    widest = max((width_of(one.text, SIZE, bold=one.is_bold) for one in labels), default=0.0)
    margins = Margins(left=EDGE + scale.width(NOTE), right=widest + 2 * EDGE + 0.12, bottom=0.3)
    axes = sheet.axes(margins)
    strip(axes)
    scale.put_on(axes)
    axes.set_xlim(-0.4, _bar_at(chart, len(chart.named_bands) - 1) + 0.2)
    name_months(axes, chart.months, most=MOST_MONTHS)
    _draw_levels(axes, chart)
    _draw_named_bands(axes, chart, scale)
    for place in reversed(range(len(chart.lines))):  # the first last, above the others
        _draw(axes, chart.lines[place], place, len(chart.months))
    for spot in chart.spots:
        _draw_spot(axes, spot, percent_of(chart.lines[0].ratios[spot.at]))
    last = len(chart.months) - 1 - any(line.is_running for line in chart.lines)
    ending = [one for one in labels if one.at >= last]
    name_ends(axes, ending, low=scale.low, high=scale.high)
    for label in labels:  # a line that breaks off early is named where it ends
        if label.at < last:
            name_inside(axes, label)
    return sheet.figure


def percent_of(ratio: Fraction | None) -> float:
    """Convert a ratio into percent; a gap where it is undefined."""
    return float("nan") if ratio is None else float(ratio * 100)  # exact until it is drawn


def levels_of(lines: Iterable[Line]) -> Iterator[float]:
    """Yield every level that lines reach, in percent."""
    return (percent_of(one) for line in lines for one in line.ratios if one is not None)


def _levels(chart: Lines) -> Iterator[float]:
    yield from levels_of(chart.lines)
    yield from (percent_of(mark.ratio) for mark in chart.marks)
    yield from (percent_of(end) for end in chart.band or ())
    for band in chart.named_bands:
        yield from (percent_of(end) for end in (band.low, band.high) if end is not None)
    if chart.has_par:
        yield PAR


def _draw_levels(axes: Axes, chart: Lines) -> None:
    if chart.band:
        low, high = map(percent_of, chart.band)
        axes.axhspan(low, high, color=GRID, alpha=0.6, linewidth=0, zorder=0)
    if chart.has_par:
        draw_par(axes)
    last = len(chart.months) - 1
    for mark in chart.marks:
        level, style = percent_of(mark.ratio), "--" if mark.is_dashed else "-"
        if mark.is_level:
            axes.axhline(level, color=FAINT, linewidth=1.1, linestyle=style, zorder=1)
        else:
            axes.plot([last], [level], color=FAINT, marker="D", markersize=6, zorder=4)


def _draw_named_bands(axes: Axes, chart: Lines, scale: LevelScale) -> None:
    """Shade bands behind the lines, each with a bar of its own: bands overlap, and stay apart."""
    for place, (colour, band) in enumerate(_coloured(chart)):
        low, high = _ends_of(band, scale)
        at = _bar_at(chart, place)
        axes.axhspan(low, high, color=GRID, alpha=0.5, linewidth=0, zorder=0)
        axes.plot([at, at], [low, high], color=colour, linewidth=BAR, solid_capstyle="butt")
        if band.high is None:  # it goes on above
            axes.plot([at], [high], color=colour, marker="^", markersize=2 * BAR, clip_on=False)


def _coloured(chart: Lines) -> Iterator[tuple[str, NamedBand]]:
    yield from zip(BAND_COLOURS, chart.named_bands, strict=False)


def _bar_at(chart: Lines, place: int) -> float:
    """Place the bar of a band after the last month."""
    return len(chart.months) * (1 + BAR_STEP * (place + 1)) - 1


def _ends_of(band: NamedBand, scale: LevelScale) -> tuple[float, float]:
    """Cut a band to the scale, at which an open one ends."""
    high = scale.high if band.high is None else percent_of(band.high)
    return max(percent_of(band.low), scale.low), min(high, scale.high)


def _draw(axes: Axes, line: Line, place: int, count: int) -> None:
    levels = [percent_of(ratio) for ratio in line.ratios]
    over = len(levels) - line.is_running
    style: dict[str, Any] = {
        "color": LINE_COLOURS[place],
        "marker": MARKERS[place],
        "markersize": 4 if count <= MOST_LARGE_MARKERS else 2.2,
        "linewidth": 2.2 if line.is_whole else 1.6,
    }
    axes.plot(range(over), levels[:over], **style)
    if line.is_running:  # joined to the last that is over
        first = max(over - 1, 0)
        axes.plot(
            range(first, len(levels)),
            levels[first:],
            linestyle="--",
            markerfacecolor="white",
            markevery=[len(levels) - 1 - first],
            **style,
        )


def _draw_spot(axes: Axes, spot: Spot, level: float) -> None:
    axes.plot([spot.at], [level], color=COLOURS[spot.tone], marker="o", markersize=8, zorder=4)
    if not spot.label:
        return
    text = axes.annotate(
        spot.label,
        (spot.at, level),
        xytext=(0, -8),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=SIZE,
        color=INK,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8},
    )
    write(text)


def _labels(chart: Lines, scale: LevelScale) -> Iterator[Label | None]:
    ends = enumerate(zip(chart.lines, _names(chart.lines), strict=True))
    yield from (_end(line, name, place) for place, (line, name) in ends)
    last = len(chart.months) - 1
    yield from (Label(mark.name, last, percent_of(mark.ratio), FAINT) for mark in chart.marks)
    for place, (colour, band) in enumerate(_coloured(chart)):
        yield Label(band.name, _bar_at(chart, place), sum(_ends_of(band, scale)) / 2, colour)


def _names(lines: Sequence[Line]) -> list[str]:
    labels = (width_of(f" {line.label}", SIZE, bold=line.is_whole) for line in lines)
    fitting = partial(narrowed, inches=MOST_LABEL - max(labels, default=0), size=SIZE)
    names = told_apart([line.name for line in lines], fitting)
    return [fitting(name, bold=line.is_whole) for line, name in zip(lines, names, strict=True)]


def _end(line: Line, name: str, place: int) -> Label | None:
    over = line.ratios[: len(line.ratios) - line.is_running]
    known = [(at, ratio) for at, ratio in enumerate(over) if ratio is not None]
    if not known:
        return None
    at, ratio = known[-1]
    text = " ".join(filter(None, (name, line.label)))
    return Label(text, at, percent_of(ratio), LINE_COLOURS[place], line.is_whole)


def crossings(lines: Sequence[Line]) -> int:
    """Count how often any two lines change places."""
    pairs = ((one, other) for at, one in enumerate(lines) for other in lines[at + 1 :])
    return sum(_crossed(one, other) for one, other in pairs)


def _crossed(one: Line, other: Line) -> int:
    both = zip(one.ratios, other.ratios, strict=True)
    above = [a > b for a, b in both if a is not None and b is not None and a != b]
    return sum(before != after for before, after in pairwise(above))
