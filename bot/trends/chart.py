"""A trend as lines: one per series, named at its end, read against the 100% line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.style.chart import FAINT, INK, drawable, new_axes, rule, to_png, write, write_empty
from bot.style.figures import NO_BASE, percent
from bot.style.grounds import footer
from bot.style.names import shortened
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from bot.trends.wording.rows import drawn
from bot.trends.wording.sentences import cohort_line, picture_title, series_name, so_far
from metrics.period_grammar import ONE_DAY

PAR = "100%: opening MRR kept"
# Ink for the whole, then Okabe and Ito, told apart by every kind of eye.
COLOURS = (INK, "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")  # colours alone do not survive a printer
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STEPS = (1, 2, 3, 6, 12)
MOST_TICKS = 12
MOST_LARGE_MARKERS = 24  # more of them would hide their line
LABEL_HEIGHT = 0.062  # of the axis
SMALLEST_SPAN = 2.0  # percent: a flat line must not look like a mountain range
PADDING = 0.08
EDGE = 0.04  # of the axis, at either end: marks there would touch the texts around it
MAX_NAME = 22
MAX_TITLE_NAME = 32  # a longer word is wider than the picture, and words are not parted
MAX_NOTE = 100


@dataclass(frozen=True, slots=True)
class Course:
    """A series with its name, colour and marker in the chart."""

    series: TrendSeries
    name: str
    colour: str
    marker: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text beside the lines, and the end of the line that it belongs to: place and level."""

    text: str
    at: float
    level: float
    colour: str
    is_bold: bool = False


def trend_png(trend: Trend) -> bytes:
    """Draw the lines of a trend as PNG bytes."""
    return to_png(draw_trend(trend))


def draw_trend(trend: Trend) -> Figure:
    """Draw a line per series; the title says which way they go.

    A window that is not over is hollow and dashed; where there was no opening MRR a line breaks.
    """
    title, source = picture_title(trend, title_name), footer(trend.grounds)
    figure, axes = new_axes(title, _subtitle(trend), source)
    courses = _courses(trend)
    if any(point.retention.opening for course in courses for point in course.series.points):
        _draw(axes, courses)
    else:
        write_empty(axes, NO_BASE)
    return figure


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


def title_name(trend: Trend, series: TrendSeries) -> str:
    """Shorten the words of a series' name that are wider than the picture."""
    name = drawable(series_name(trend, series)) or "This segment"
    return " ".join(shortened(word, MAX_TITLE_NAME) for word in name.split())


def _subtitle(trend: Trend) -> str:
    lines = [cohort_line(trend)]
    if trend.whole.running is not None:
        lines.append(f"Hollow: {so_far(trend.whole.running)}.")
    if left := trend.series[len(drawn(trend)) :]:
        names = (drawable(series_name(trend, series)) or "(unnamed)" for series in left)
        lines.append(shortened(f"Not drawn, {len(left):,} more: {', '.join(names)}", MAX_NOTE))
    return "\n".join(lines)


def _courses(trend: Trend) -> list[Course]:
    return [
        Course(
            series=series,
            name=shortened(drawable(series_name(trend, series)) or f"no. {place}", MAX_NAME),
            colour=COLOURS[place],
            marker=MARKERS[place],
        )
        for place, series in enumerate(drawn(trend))
    ]


def level_of(point: TrendPoint) -> float:
    """Convert a point's NRR into percent; a gap where it is undefined."""
    nrr = point.retention.nrr
    return float("nan") if nrr is None else float(nrr * 100)  # exact until it is drawn


def _draw(axes: Axes, courses: Sequence[Course]) -> None:
    points = courses[0].series.points
    low, high = _scale(axes, courses)
    axes.set_xlim(-0.4, len(points) - 0.8)
    name_months(axes, [f"{point.period.end - ONE_DAY:%Y-%m}" for point in points])
    axes.axhline(100, color=FAINT, linewidth=1, zorder=1)
    size = 4.5 if len(points) <= MOST_LARGE_MARKERS else 2.5
    for course in reversed(courses):  # the whole scope last, above the others
        _draw_course(axes, course, size)
    labels = [label for course in courses if (label := _end_label(course)) is not None]
    # A line that breaks off early is named where it ends, not beside the axis.
    ending = [label for label in labels if label.at >= len(courses[0].series.complete) - 1]
    name_ends(axes, [*ending, Label(PAR, len(points) - 1, 100, FAINT)], low=low, high=high)
    for label in labels:
        if label not in ending:
            _name_inside(axes, label)


def _draw_course(axes: Axes, course: Course, size: float) -> None:
    levels = [level_of(point) for point in course.series.points]
    over = len(course.series.complete)
    style: dict[str, Any] = {"color": course.colour, "marker": course.marker, "markersize": size}
    width = 2.4 if course.series.value is None else 1.6
    axes.plot(range(over), levels[:over], linewidth=width, **style)
    if over < len(levels):  # the running month, joined to the last that is over
        first = max(over - 1, 0)
        axes.plot(
            range(first, len(levels)),
            levels[first:],
            linewidth=width,
            linestyle="--",
            markerfacecolor="white",
            markevery=[len(levels) - 1 - first],
            **style,
        )


def _end_label(course: Course) -> Label | None:
    known = [
        (at, point) for at, point in enumerate(course.series.complete) if point.retention.opening
    ]
    if not known:
        return None
    at, point = known[-1]
    is_whole = course.series.value is None
    text = f"{course.name} {percent(point.retention.nrr)}"
    return Label(text, at, level_of(point), course.colour, is_whole)


def name_ends(axes: Axes, labels: Sequence[Label], *, low: float, high: float) -> None:
    """Write labels beside the axes, none over another, each joined to its line."""
    ascending = sorted(labels, key=lambda label: label.level)
    levels = [label.level for label in ascending]
    places = spread(levels, LABEL_HEIGHT * (high - low), low=low, high=high)
    for label, place in zip(ascending, places, strict=True):
        line = {"arrowstyle": "-", "color": label.colour, "linewidth": 0.9}
        text = axes.annotate(
            label.text,
            (label.at, label.level),
            xytext=(1.03, place),
            textcoords=("axes fraction", "data"),
            va="center",
            fontsize=9,
            fontweight="bold" if label.is_bold else "normal",
            color=FAINT if label.colour == FAINT else INK,
            arrowprops={**line, "shrinkA": 1, "shrinkB": 3, "relpos": (0, 0.5)},
        )
        write(text)


def _name_inside(axes: Axes, label: Label) -> None:
    text = axes.annotate(
        label.text,
        (label.at, label.level),
        xytext=(7, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
        color=INK,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.8},
    )
    write(text)


def _scale(axes: Axes, courses: Sequence[Course]) -> tuple[float, float]:
    defined = (
        level_of(point)
        for course in courses
        for point in course.series.points
        if point.retention.opening
    )
    return scale(axes, [100.0, *defined])


def scale(axes: Axes, levels: Sequence[float]) -> tuple[float, float]:
    """Put the axis around levels in percent, with percentages for its marks; return its ends."""
    low, high = min(levels), max(levels)
    room = max((high - low) * PADDING, (SMALLEST_SPAN - (high - low)) / 2)
    low, high = low - room, high + room
    axes.set_ylim(low, high)
    found = MaxNLocator(nbins=6, steps=[1, 2, 5, 10]).tick_values(low, high)
    edge = EDGE * (high - low)
    marks = [mark for mark in found if low + edge <= mark <= high - edge]
    places = 0 if all(mark == round(mark) for mark in marks) else 1
    rule(axes, marks, [f"{mark:,.{places}f}%" for mark in marks])
    return low, high


def name_months(axes: Axes, names: Sequence[str]) -> None:
    """Name as many months as there is room for, every January's year and the first.

    ``names`` are all of them, as "2026-02".
    """
    # January is always among the marks: each of the steps divides twelve.
    step = next(step for step in STEPS if len(names) <= step * MOST_TICKS)
    months = [tuple(map(int, name.split("-"))) for name in names]
    ticks = [at for at, (_, month) in enumerate(months) if (month - 1) % step == 0]
    labels = [
        f"{MONTHS[month - 1]}\n{year if month == 1 or at == ticks[0] else ' '}"
        for at, (year, month) in enumerate(months)
        if at in ticks
    ]
    axes.set_xticks(ticks, labels)
    for text in axes.get_xticklabels():
        write(text)
