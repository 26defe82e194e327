"""Colours, text and the empty axes that every picture starts from.

Styling is set on each figure, never through ``rcParams``: listeners and scheduled jobs draw in
different threads, and ``rcParams`` is shared by all of them.
"""

import io
import unicodedata
from collections.abc import Sequence
from functools import cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.transforms import blended_transform_factory

from bot.style.names import shortened

# Grey, then blue, orange and vermilion of Okabe and Ito, told apart by every kind of eye.
TOTAL, GAIN, CUT, LEFT = "#5f6b7a", "#0072b2", "#e69f00", "#d55e00"
INK, FAINT, GRID = "#1d1c1d", "#616061", "#e3e3e3"
FONT = "DejaVu Sans"  # comes with matplotlib, so a picture is the same on every machine
POINTS, SUBPIXELS = 72, 64  # of an inch, and of a point, as FreeType measures
_EDGE = 0.015


def new_axes(title: str, subtitle: str, source: str) -> tuple[Figure, Axes]:
    """Make a figure for a Slack message, and its axes with the house look.

    Parameters
    ----------
    title, subtitle : str
        The finding, and what is drawn in which unit.
    source : str
        What the figures rest on, in small print below.
    """
    figure = new_figure(title, source)
    axes = figure.subplots()
    beside_heading = blended_transform_factory(figure.transFigure, axes.transAxes)
    below = axes.set_title(subtitle, loc="left", fontsize=9.5, color=FAINT, pad=12)
    write_wrapped(below).set(x=_EDGE, transform=beside_heading)
    strip(axes, size=9.5)
    return figure, axes


def new_figure(title: str, source: str, *, height: float = 4.8) -> Figure:
    """Make a figure as wide as a Slack message, with its finding above and its source below."""
    figure = Figure(figsize=(8, height), dpi=150, facecolor="white")
    figure.set_layout_engine("constrained", h_pad=0.12, w_pad=0.12)
    write_wrapped(
        figure.suptitle(title, x=_EDGE, ha="left", fontsize=13, fontweight="bold", color=INK)
    )
    write(figure.supxlabel(source, x=_EDGE, ha="left", fontsize=7.5, color=FAINT))
    return figure


def strip(axes: Axes, *, size: float) -> None:
    """Strip the frame down to the line below, and set the size of its labels."""
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)
    axes.tick_params(length=0, labelsize=size, labelcolor=INK)


def rule(axes: Axes, marks: Sequence[float], labels: Sequence[str]) -> None:
    """Draw the lines that levels are read at, each under its label."""
    axes.set_yticks(marks, labels)
    for text in axes.get_yticklabels():
        write(text)
    axes.tick_params(axis="y", labelcolor=FAINT)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)


def write_empty(axes: Axes, reason: str) -> None:
    """Write into an empty picture why it is empty."""
    axes.set_axis_off()
    middle = axes.text(0.5, 0.5, reason, transform=axes.transAxes, ha="center")
    write(middle).set(fontsize=22, color=FAINT)


def write(text: Text) -> Text:
    """Set a text's font, and take what it says literally: two dollar signs are no formula."""
    text.set_fontfamily(FONT)
    text.set_parse_math(False)
    return text


def write_wrapped(text: Text) -> Text:
    """Write a text that may need several lines."""
    # To find where a line ends, matplotlib measures it as a formula if it has two dollar signs,
    # whatever it was told; only escaped ones are signs to it then, and drawn as they were.
    write(text).set(text=text.get_text().replace("$", r"\$"), parse_math=True, wrap=True)
    return text


def drawable(name: str) -> str | None:
    """Keep of a name what the font can write; None if letters of it would be missing."""
    missing = {character for character in name if not _has_glyph(character)}
    if any(unicodedata.category(character)[0] in "LMN" for character in missing):
        return None  # without its letters it would be another name; emoji may go
    kept = "".join(character for character in name if character not in missing)
    return " ".join(kept.split()) or None


def narrowed(name: str, *, inches: float, size: float) -> str:
    """Shorten a name until it is no wider than ``inches`` in letters of a size."""
    lengths = range(len(name), 0, -1)
    fitting = (shortened(name, length) for length in lengths)
    return next((text for text in fitting if _inches(text, size) <= inches), "…")


def to_png(figure: Figure) -> bytes:
    """Render the figure as PNG bytes; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    # Without matplotlib's version in it, a picture only changes when its figures do.
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


@cache
def _has_glyph(character: str) -> bool:
    return bool(_font().get_char_index(ord(character)))


def _inches(text: str, size: float) -> float:
    font = _font()
    font.set_size(size, POINTS)
    font.set_text(text)
    width, _ = font.get_width_height()
    return float(width) / SUBPIXELS / POINTS


def _font() -> FT2Font:
    return get_font(findfont(FontProperties(family=FONT)))
