"""Draws rows of bars to either side of a line, such as segments above and below 100%."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.charts.lettering import narrowed, told_apart, width_of, write
from bot.charts.sheet import COLOURS, EDGE, FAINT, INK, LABEL, NOTE, SHOWN, WIDTH, Margins, Sheet
from bot.charts.values import Bar, Bars, Tone

HEADING, ROW = 1.05, 0.275  # inches
MOST_NAME, GAP = 2.0, 0.12
HALF = 0.36  # of a row
LEAST = 7 / SHOWN  # inches of a bar that is labelled: it has to be seen
_SHOWN_AS_ZERO = 0.0005


@dataclass(frozen=True, slots=True)
class _Places:
    """Inches of the columns: bars lie around ``middle``, notes end at ``right``."""

    names: float
    middle: float
    right: float
    per_unit: float

    def length(self, distance: float) -> float:
        """Convert a distance from the middle into inches, enough to be seen."""
        if abs(distance) < _SHOWN_AS_ZERO:
            return 0.0
        length = abs(distance) * self.per_unit
        return max(length, LEAST) * (1 if distance > 0 else -1)


def draw_bars(chart: Bars) -> Figure:
    """Draw a row for each bar: its name, the bar with its label, and its note."""
    sheet = Sheet.headed(chart.caption, height=HEADING + ROW * (len(chart.rows) + 1))
    axes = sheet.axes(Margins(left=0, right=0))
    places = _placed(chart)
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(len(chart.rows) - 0.5, -1)
    axes.plot([places.middle] * 2, [-0.5, len(chart.rows) - 0.5], color=FAINT, linewidth=0.9)
    fitting = partial(narrowed, inches=places.names, size=LABEL)
    names = told_apart([row.name for row in chart.rows], fitting)
    for at, (row, name) in enumerate(zip(chart.rows, names, strict=True)):
        name_or_less = fitting(name, bold=row.is_total)
        _write(axes, (EDGE, at), name_or_less, align="left", is_bold=row.is_total)
        _draw(axes, at, row, places)
    _write(axes, (places.middle, -0.75), chart.middle, align="center", size=NOTE)
    _write(axes, (places.right, -0.75), chart.head, align="right", size=NOTE)
    return sheet.figure


def _placed(chart: Bars) -> _Places:
    names = min(MOST_NAME, max(width_of(row.name, LABEL, bold=row.is_total) for row in chart.rows))
    left, notes = EDGE + names + GAP, [row.note for row in chart.rows] + [chart.head]
    right = WIDTH - EDGE
    widest = max(width_of(note, LABEL) for note in notes)
    end = right - (widest + GAP if widest else 0)
    below, above = _reach(chart.rows, -1), _reach(chart.rows, 1)
    if not below[0] and not above[0]:
        return _Places(names, left, right, 0)
    beside = width_of(chart.middle, NOTE) / 2 + GAP  # of the line's name, above
    start, stop = left + below[1], end - max(above[1], beside)
    per_unit = (stop - start) / (below[0] + above[0])
    return _Places(names, start + below[0] * per_unit, right, per_unit)


def _reach(rows: Sequence[Bar], side: int) -> tuple[float, float]:
    """Find how far bars go to a side, and the inches that their labels need there."""
    on_side = [row for row in rows if _side(row) == side]
    far = max((abs(float(row.distance or 0)) for row in on_side), default=0.0)
    words = max((width_of(row.label, LABEL, bold=row.is_total) for row in on_side), default=0.0)
    return far, words + GAP if words else 0.0


def _side(row: Bar) -> int:
    return -1 if row.distance is not None and row.distance < 0 else 1


def _draw(axes: Axes, at: int, row: Bar, places: _Places) -> None:
    bold, side = row.is_total, _side(row)
    length = 0.0 if row.distance is None else places.length(float(row.distance))
    tone = Tone.TOTAL if row.is_total else Tone.GAIN if length > 0 else Tone.LOSS
    axes.barh(at, length, 2 * HALF, places.middle, color=COLOURS[tone])
    beside = places.middle + length + side * GAP / 2
    _write(axes, (beside, at), row.label, align="left" if side > 0 else "right", is_bold=bold)
    _write(axes, (places.right, at), row.note, align="right", is_bold=bold)


def _write(
    axes: Axes,
    at: tuple[float, float],
    words: str,
    *,
    align: str,
    size: float = LABEL,
    is_bold: bool = False,
) -> None:
    if words:
        text = axes.text(*at, words, ha=align, va="center_baseline", fontsize=size)
        colour = INK if size == LABEL else FAINT
        write(text).set(fontweight="bold" if is_bold else "normal", color=colour)
