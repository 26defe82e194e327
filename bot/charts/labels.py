"""Labels beside lines, none over another."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from bot.charts.lettering import write
from bot.charts.sheet import FAINT, INK, NOTE, inches_high

SIZE = NOTE
LINE = 0.205  # inches between two labels


@dataclass(frozen=True, slots=True)
class Label:
    """A text beside the lines, and the end of the line that it belongs to: place and level."""

    text: str
    at: float
    level: float
    colour: str
    is_bold: bool = False


def name_ends(axes: Axes, labels: Sequence[Label], *, low: float, high: float) -> None:
    """Write labels beside the axes, each joined to its line."""
    ascending = sorted(labels, key=lambda label: label.level)
    gap = LINE / inches_high(axes) * (high - low)
    places = spread([label.level for label in ascending], gap, low=low, high=high)
    for label, place in zip(ascending, places, strict=True):
        line = {"arrowstyle": "-", "color": label.colour, "linewidth": 0.9}
        text = axes.annotate(
            label.text,
            (label.at, label.level),
            xytext=(1.035, place),
            textcoords=("axes fraction", "data"),
            va="center",
            fontsize=SIZE,
            fontweight="bold" if label.is_bold else "normal",
            color=FAINT if label.colour == FAINT else INK,
            arrowprops={**line, "shrinkA": 1, "shrinkB": 3, "relpos": (0, 0.5)},
        )
        write(text)


def name_inside(axes: Axes, label: Label) -> None:
    """Write a label where its line ends before the last month."""
    text = axes.annotate(
        label.text,
        (label.at, label.level),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=SIZE,
        color=INK,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8},
    )
    write(text)


def spread(levels: Sequence[float], gap: float, *, low: float, high: float) -> list[float]:
    """Move labels apart that want to be at ``levels``, ascending, until ``gap`` is between them.

    Those that would touch are set evenly around their middle.
    """
    groups: list[list[float]] = []
    for level in levels:
        groups.append([level])
        while len(groups) > 1 and _overlap(groups[-2], groups[-1], gap):
            groups[-2:] = [groups[-2] + groups[-1]]
    places = [place for group in groups for place in _stack(group, gap)]
    # Pushed up from the lower end, then down from the upper: the labels between give way.
    for at, place in enumerate(places):
        places[at] = max(place, low if at == 0 else places[at - 1] + gap)
    for at in reversed(range(len(places))):
        places[at] = min(places[at], high if at == len(places) - 1 else places[at + 1] - gap)
    return places


def _overlap(lower: list[float], upper: list[float], gap: float) -> bool:
    return _stack(lower, gap)[-1] + gap > _stack(upper, gap)[0]


def _stack(group: list[float], gap: float) -> list[float]:
    middle = sum(group) / len(group)
    return [middle + (at - (len(group) - 1) / 2) * gap for at in range(len(group))]
