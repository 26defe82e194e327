"""Charts as values, exact until they are drawn: what features compose and tests compare."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Tone(StrEnum):
    """The colour of a bar or a mark, by what it means."""

    TOTAL = "total"
    GAIN = "gain"
    CUT = "cut"
    LOSS = "loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The words above a chart and below it.

    ``title`` states the finding, ``subtitle`` says what is drawn in which unit. ``source`` is the
    small print of a picture that stands alone; in a message the message has it.
    """

    title: str
    subtitle: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Empty:
    """A chart without anything to draw, and the reason."""

    caption: Caption
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A move between two levels, as a ratio of opening MRR: losses are below zero.

    ``label`` is the move in points, ``note`` is smaller below it, such as its money.
    """

    name: str
    change: Fraction
    label: str
    tone: Tone
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The ratio that a waterfall begins or ends with."""

    name: str
    ratio: Fraction
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """The moves from one level to another, in the order they are read."""

    caption: Caption
    opening: Level
    steps: tuple[Step, ...]
    closing: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A row: a value as its distance from the middle line; None where it is not defined.

    ``label`` is the value in words, ``note`` stands in the column at the right.
    """

    name: str
    distance: Fraction | None
    label: str
    note: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Rows of bars to either side of a line, the first on top; ``head`` is above the notes."""

    caption: Caption
    rows: tuple[Bar, ...]
    middle: str
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A ratio over time, None where it is not defined; the last may be of a stretch not over.

    ``name`` stands at its end, ``label`` after it.
    """

    name: str
    ratios: tuple[Fraction | None, ...]
    label: str = ""
    is_whole: bool = False
    is_running: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceLevel:
    """A level that lines are read against, such as a floor, named at its end.

    Where it is no level of all months, it is a point of the last one.
    """

    name: str
    ratio: Fraction
    is_dashed: bool = True
    is_level: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBand:
    """A shaded range that lines are read against, named beside it; without ``high`` it is open."""

    name: str
    low: Fraction
    high: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One point of the first line that the chart is about, counted from 0; named if need be."""

    at: int
    tone: Tone
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines over the same months, the one to be seen first in front.

    Attributes
    ----------
    months : tuple of str
        Names of the points, as "Oct 25".
    has_par : bool
        Whether the line of 100% is drawn, below which the base shrinks.
    band : tuple of Fraction, optional
        The range that is usual, shaded.
    named_bands : tuple of NamedBand
        At most two others, each shaded in its colour.
    height : float
        In inches, with the caption and without its source.
    """

    caption: Caption
    months: tuple[str, ...]
    lines: tuple[Line, ...]
    has_par: bool = True
    marks: tuple[ReferenceLevel, ...] = ()
    spots: tuple[Spot, ...] = ()
    band: tuple[Fraction, Fraction] | None = None
    named_bands: tuple[NamedBand, ...] = ()
    height: float = 2.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """Small multiples: a panel for each line, all on one scale."""

    caption: Caption
    months: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """A share, and how it is written."""

    share: Fraction
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """A row of shares, None where there is none; ``note`` stands between its name and them."""

    name: str
    cells: tuple[HeatCell | None, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """A table of shares, coloured by how far above or below a middle each of them is.

    ``head`` is above the notes of its rows.
    """

    caption: Caption
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    middle: Fraction = Fraction(1)
    head: str = ""


Chart = Empty | Waterfall | Bars | Lines | Panels | HeatMap
