"""Scales of lines: the levels and the months that are marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from bot.charts.lettering import width_of, write
from bot.charts.sheet import FAINT, GRID, NOTE

SMALLEST_SPAN = 2.0  # percent: a flat line must not look like a mountain range
PADDING = 0.1
EDGE = 0.04  # of the axis, at either end: marks there would touch the texts around it
BESIDE = 0.08  # inches between a mark's label and the axis
PAR = 100.0
STEPS = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)


@dataclass(frozen=True, slots=True)
class LevelScale:
    """The ends of an axis of levels in percent, and the round ones that are marked."""

    low: float
    high: float
    marks: tuple[float, ...]

    @classmethod
    def around(cls, levels: Sequence[float], *, most: int) -> "LevelScale":
        """Put a scale around levels, with at most so many marks."""
        low, high = min(levels), max(levels)
        room = max((high - low) * PADDING, (SMALLEST_SPAN - (high - low)) / 2)
        low, high = low - room, high + room
        found = MaxNLocator(nbins=most, steps=[1, 2, 5, 10]).tick_values(low, high)
        edge = EDGE * (high - low)
        return cls(low, high, tuple(m for m in found if low + edge <= m <= high - edge))

    @property
    def labels(self) -> tuple[str, ...]:
        """The marks as percentages, without needless decimals."""
        places = 0 if all(mark == round(mark) for mark in self.marks) else 1
        return tuple(f"{mark:,.{places}f}%" for mark in self.marks)

    def width(self, size: float) -> float:
        """Measure the inches that the labels need beside the axes."""
        return max((width_of(label, size) for label in self.labels), default=0.0) + BESIDE

    def put_on(self, axes: Axes, *, size: float = NOTE) -> None:
        """Scale the axes, and draw the marks as lines across."""
        axes.set_ylim(self.low, self.high)
        axes.set_yticks(self.marks, self.labels)
        for text in axes.get_yticklabels():
            write(text)
        axes.tick_params(axis="y", labelcolor=FAINT, labelsize=size)
        axes.grid(axis="y", color=GRID, linewidth=0.7)
        axes.set_axisbelow(True)


def draw_par(axes: Axes) -> None:
    """Draw the line of 100%, below which the base shrinks."""
    axes.axhline(PAR, color=FAINT, linewidth=1.1, zorder=1)


def name_months(axes: Axes, months: Sequence[str], *, most: int) -> None:
    """Name the last month, and as many before it as there is room for, evenly apart."""
    step = next((step for step in STEPS if (len(months) - 1) // step < most), len(months))
    places = sorted(range(len(months) - 1, -1, -step))
    axes.set_xticks(places, [months[at] for at in places])
    for text in axes.get_xticklabels():
        write(text)
