"""Draws a waterfall: the moves are its subject, so the axis is cut below the lowest level."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.charts.lettering import write
from bot.charts.sheet import COLOURS, FAINT, INK, LABEL, NOTE, SHOWN, Margins, Sheet, strip
from bot.charts.values import Step, Tone, Waterfall

HEIGHT = 2.7  # inches
NAMES, LINE = 0.3, 0.165  # inches of the names below, and of a second line of them
MOST_LETTERS = 11
BAR_WIDTH = 0.6
FOOT, HEAD = 0.34, 0.45  # inches below the lowest level, and above the highest for two lines
LEAST = 7 / SHOWN  # inches of a bar that is labelled: it has to be seen
SMALLEST_SPAN = 0.01  # of opening MRR: a tenth of a point is no mountain
_SHOWN_AS_ZERO = 0.0005


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where the axis begins, how far it goes, and what an inch of it is worth."""

    low: float
    high: float
    per_inch: float

    @property
    def is_cut(self) -> bool:
        return self.low > 0


def draw_waterfall(chart: Waterfall) -> Figure:
    """Draw the levels as columns and the moves between them as floating bars."""
    named = (chart.opening.name, *(step.name for step in chart.steps), chart.closing.name)
    names = [_broken(name) for name in named]
    lines = max(name.count("\n") for name in names)
    bottom = NAMES + lines * LINE
    sheet = Sheet.headed(chart.caption, height=HEIGHT + lines * LINE)
    axes = sheet.axes(Margins(bottom=bottom))
    room = sheet.top - sheet.foot - bottom
    levels, scale = _fitted(chart, room)
    strip(axes)
    axes.set_yticks([])
    axes.set_ylim(scale.low, scale.high)
    axes.set_xlim(-0.5, len(levels) + 0.5)
    _draw_columns(axes, chart, levels, scale)
    _draw_moves(axes, chart.steps, levels)
    axes.set_xticks(range(len(names)), names)
    for text in axes.get_xticklabels():
        write(text)
    return sheet.figure


def _broken(name: str) -> str:
    """Break a name that is wider than its bar, between the words nearest to its middle."""
    spaces = [at for at, letter in enumerate(name) if letter == " "]
    if len(name) <= MOST_LETTERS or not spaces:
        return name
    at = min(spaces, key=lambda place: abs(2 * place + 1 - len(name)))
    return f"{name[:at]}\n{name[at + 1 :]}"


def _fitted(chart: Waterfall, room: float) -> tuple[list[float], _Scale]:
    """Find the levels after each move as they are drawn, none too small to be seen."""
    opening = float(chart.opening.ratio)
    moves = [float(step.change) for step in chart.steps]
    levels = list(accumulate(moves, initial=opening))
    scale = _scale(levels, room)
    for _ in range(4):  # a bar that is made longer makes the others a little shorter
        least = LEAST * scale.per_inch
        levels = list(accumulate((_seen(move, least) for move in moves), initial=opening))
        scale = _scale(levels, room)
    return levels, scale


def _seen(move: float, least: float) -> float:
    if abs(move) < _SHOWN_AS_ZERO or abs(move) >= least:
        return move
    return least if move > 0 else -least


def _scale(levels: Sequence[float], room: float) -> _Scale:
    lowest, highest = min(levels), max(levels)
    per_inch = max(highest - lowest, SMALLEST_SPAN) / (room - FOOT - HEAD)
    below = max(SMALLEST_SPAN - (highest - lowest), 0) / 2  # what hardly moves is in the middle
    low = lowest - FOOT * per_inch - below
    if low <= 0 <= lowest:  # so near to nothing that nothing needs to be cut off
        low, per_inch = 0.0, max(highest, SMALLEST_SPAN) / (room - HEAD)
    return _Scale(low, low + room * per_inch, per_inch)


def _draw_columns(axes: Axes, chart: Waterfall, levels: list[float], scale: _Scale) -> None:
    foot = max(scale.low, 0) if scale.low >= 0 else 0.0
    ends = ((0, chart.opening, levels[0]), (len(levels), chart.closing, levels[-1]))
    for place, level, top in ends:
        low, high = min(foot, top), max(foot, top)
        axes.bar(place, high - low, BAR_WIDTH, low, color=COLOURS[Tone.TOTAL])
        _write(axes, place, high, 3, level.label, bold=True)
        if scale.is_cut:
            _break(axes, place, scale)
    if scale.low < 0:
        axes.axhline(0, color=FAINT, linewidth=0.8)


def _break(axes: Axes, place: int, scale: _Scale) -> None:
    middle, rise = scale.low + FOOT * scale.per_inch * 0.42, 0.035 * scale.per_inch
    half = BAR_WIDTH / 2 + 0.05
    for lift in (-0.024, 0.024):  # two strokes of white, as a break is drawn by hand
        at = middle + lift * 2 * scale.per_inch
        axes.plot(
            [place - half, place + half],
            [at - rise, at + rise],
            color="white",
            linewidth=1.6,
            solid_capstyle="butt",
            zorder=3,
        )


def _draw_moves(axes: Axes, steps: Sequence[Step], levels: list[float]) -> None:
    half = BAR_WIDTH / 2
    for place, step in enumerate(steps, 1):
        before, after = levels[place - 1], levels[place]
        low, high = min(before, after), max(before, after)
        colour = COLOURS[step.tone] if high > low else FAINT
        axes.bar(place, high - low, BAR_WIDTH, low, color=colour, edgecolor=colour, linewidth=0.5)
        axes.hlines(before, place - 1 + half, place - half, color=FAINT, linewidth=0.8)
        if step.note:
            _write(axes, place, high, 3, step.note, bold=False)
        _write(axes, place, high, 3 + (12 if step.note else 0), step.label, bold=True)
    axes.hlines(levels[-1], len(steps) + half, len(steps) + 1 - half, color=FAINT, linewidth=0.8)


def _write(axes: Axes, place: int, level: float, up: float, words: str, *, bold: bool) -> None:
    label = axes.annotate(
        words,
        (place, level),
        xytext=(0, up),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=LABEL if bold else NOTE,
        fontweight="bold" if bold else "normal",
        color=INK if bold else FAINT,
    )
    write(label)
