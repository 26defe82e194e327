"""The sheet that every picture is drawn on: its size, its heading and its colours.

Styling is set on each figure, never through ``rcParams``: listeners and scheduled jobs draw in
different threads, and ``rcParams`` is shared by all of them.
"""

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.charts.lettering import wrapped, write
from bot.charts.values import Caption, Tone

# Grey, then blue, purple and vermilion of Okabe and Ito, told apart by every kind of eye; their
# orange and yellow are too pale on white.
COLOURS = {
    Tone.TOTAL: "#5f6b7a",
    Tone.GAIN: "#0072b2",
    Tone.CUT: "#cc79a7",
    Tone.LOSS: "#d55e00",
}
INK, FAINT, GRID = "#1d1c1d", "#616061", "#dddddd"

WIDTH = 6.0  # inches: letters stay readable where Slack shows a picture 560 pixels wide
SHOWN = 560 / WIDTH  # pixels to the inch in a message of 700 pixels
DPI = 200
EDGE = 0.1

TITLE, SUBTITLE, LABEL, NOTE, SOURCE = 13.0, 10.5, 11.5, 10.5, 6.5  # sizes of letters, in points
"""On a phone a picture is 330 pixels wide: letters of 10.5 points are 8 pixels high there."""
_TITLE_LINE, _SUBTITLE_LINE, _SOURCE_LINE = 0.235, 0.195, 0.115  # inches
_GAP = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Inches between the axes and what is around them; the heading comes on top."""

    left: float = EDGE
    right: float = EDGE
    bottom: float = EDGE


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure with its heading; ``top`` and ``foot`` are the inches that are left for axes."""

    figure: Figure
    top: float
    foot: float

    @classmethod
    def headed(cls, caption: Caption, *, height: float) -> "Sheet":
        """Make a sheet of a height in inches; a source below makes it higher."""
        source = wrapped(caption.source, inches=WIDTH - 2 * EDGE, size=SOURCE, most=3)
        foot = len(source) * _SOURCE_LINE + (0.06 if source else 0)
        height += foot
        figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
        top = height - EDGE
        for line in wrapped(caption.title, inches=WIDTH - 2 * EDGE, size=TITLE, bold=True):
            text = figure.text(EDGE / WIDTH, top / height, line, va="top", fontsize=TITLE)
            write(text).set(fontweight="bold", color=INK)
            top -= _TITLE_LINE
        for line in wrapped(caption.subtitle, inches=WIDTH - 2 * EDGE, size=SUBTITLE):
            text = figure.text(EDGE / WIDTH, top / height, line, va="top", fontsize=SUBTITLE)
            write(text).set(color=FAINT)
            top -= _SUBTITLE_LINE
        for at, line in enumerate(reversed(source)):
            low = (EDGE / 2 + at * _SOURCE_LINE) / height
            write(figure.text(EDGE / WIDTH, low, line, fontsize=SOURCE, color=FAINT))
        return cls(figure, top - _GAP, foot)

    def axes(self, margins: Margins) -> Axes:
        """Add the axes that fill what is left within margins."""
        width, height = self.figure.get_size_inches()
        bottom = self.foot + margins.bottom
        return self.figure.add_axes(
            (
                margins.left / width,
                bottom / height,
                (width - margins.left - margins.right) / width,
                (self.top - bottom) / height,
            )
        )


def strip(axes: Axes, *, size: float = NOTE) -> None:
    """Strip the frame down to the line below, and set the size of its labels."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(length=0, labelsize=size, labelcolor=INK)


def inches_high(axes: Axes) -> float:
    """Measure the height of axes in inches."""
    return float(axes.bbox.height / DPI)
