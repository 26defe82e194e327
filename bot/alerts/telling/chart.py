"""An alert's picture: the ratio of the last months, what is usual, and the month it is about."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.alerts.telling.details import AlertMessage, NoticeDetails
from bot.alerts.telling.wording.sentences import footer
from bot.alerts.telling.wording.titles import alert_alt_text, subtitle, title
from bot.style.chart import FAINT, GAIN, GRID, LEFT, drawable, new_axes, to_png, write, write_empty
from bot.style.figures import NO_BASE, percent
from bot.style.names import shortened
from bot.style.ratios import ratio_name, stretch_label, stretch_name
from bot.trends.chart import Label, name_ends, name_months, scale
from metrics.alerts.rules import RuleKind, Window
from storage.delivery.parcels import Picture

FEWEST = 2  # one point is no line
MAX_NAME = 32


@dataclass(frozen=True, slots=True)
class _Line:
    """A level to read the ratio against, in percent."""

    name: str
    level: float
    style: str


def alert_pictures(message: AlertMessage) -> list[Picture]:
    """Return the picture of the worst alert; none where there is nothing to see."""
    worst = message.notices[0]
    known = [point for point in worst.figures.history if point.value is not None]
    return [alert_picture(worst)] if len(known) >= FEWEST else []


def alert_picture(details: NoticeDetails) -> Picture:
    """Return the chart of one alert, and what it shows in words."""
    return Picture(to_png(draw_alert(details)), alert_alt_text(details))


def draw_alert(details: NoticeDetails) -> Figure:
    """Draw the ratio month by month, marking the alert's month and the level it was held against.

    A month without figures is a gap. Percentages become floats here and nowhere else.
    """
    name = _drawable_name(details)
    named = replace(details, rule=details.rule.over((("segment", name),))) if name else details
    figure, axes = new_axes(title(named), subtitle(named), footer(details))
    if any(point.value is not None for point in details.figures.history):
        _draw(axes, details)
    else:
        write_empty(axes, NO_BASE)
    return figure


def _drawable_name(details: NoticeDetails) -> str | None:
    if not details.rule.scope:
        return None
    # A name in letters that the font lacks would be drawn as boxes.
    values = (drawable(value) or "(unnamed)" for _, value in details.rule.scope)
    return " ".join(shortened(word, MAX_NAME) for word in " · ".join(values).split())


def _draw(axes: Axes, details: NoticeDetails) -> None:
    lines, other, band = list(_lines(details)), _other_ratio(details), _usual_range(details)
    known = [_percent(point.value) for point in details.figures.history if point.value is not None]
    low, high = scale(axes, [*known, *(line.level for line in (*lines, *other)), *band])
    last = len(details.figures.history) - 1
    axes.set_xlim(-0.4, last + 0.2)
    _name_stretches(axes, details)
    write(axes.set_ylabel(f"{ratio_name(details.rule)}, %", color=FAINT, fontsize=9))
    if band:
        axes.axhspan(*band, color=GRID, alpha=0.6, linewidth=0, zorder=0)
    for line in lines:
        axes.axhline(line.level, color=FAINT, linewidth=1, linestyle=line.style, zorder=1)
    _draw_history(axes, details)
    for line in other:
        ends = [_percent(details.figures.history[-1].value), line.level]
        axes.plot([last, last], ends, color=FAINT, linewidth=1, linestyle=line.style)
        axes.plot([last], [line.level], color=FAINT, marker="D", markersize=6, zorder=4)
    labels = [Label(line.name, last, line.level, FAINT) for line in (*lines, *other)]
    name_ends(axes, [*labels, *_month_label(details)], low=low, high=high)


def _name_stretches(axes: Axes, details: NoticeDetails) -> None:
    window, course = details.rule.window, details.figures.history
    labels = [stretch_label(window, point.month) for point in course]
    if window is not Window.QUARTER:
        name_months(axes, labels)
        return
    axes.set_xticks(range(len(course)), [label.replace("-", "\n") for label in labels])


def _draw_history(axes: Axes, details: NoticeDetails) -> None:
    levels = [_percent(point.value) for point in details.figures.history]
    axes.plot(levels, color=GAIN, linewidth=2, marker="o", markersize=4.5, zorder=3)
    axes.plot(
        [len(levels) - 1], levels[-1:], color=_colour(details), marker="o", markersize=9, zorder=4
    )


def _month_label(details: NoticeDetails) -> Iterator[Label]:
    point = details.figures.history[-1]
    if point.value is not None:
        so_far = " so far" if details.is_provisional else ""
        name = _short_name(details.rule.window, point.month)
        text = f"{name}{so_far}: {percent(point.value)}"
        at = len(details.figures.history) - 1
        yield Label(text, at, _percent(point.value), _colour(details), is_bold=True)


def _short_name(window: Window, month: date) -> str:
    return stretch_name(window, month) if window is Window.QUARTER else f"{month:%b %Y}"


def _colour(details: NoticeDetails) -> str:
    return LEFT if details.is_live else GAIN


def _lines(details: NoticeDetails) -> Iterator[_Line]:
    verdict, level = details.verdict, details.level
    if level is None or verdict is None or verdict.threshold is None:
        return
    name, ratio = level
    is_floor = verdict.baseline is None
    yield _Line(f"{name} {percent(ratio)}", _percent(ratio), "--" if is_floor else "-")
    if not is_floor:
        fires_at = ratio - verdict.threshold
        yield _Line(f"alert from {percent(fires_at)} down", _percent(fires_at), "--")


def _other_ratio(details: NoticeDetails) -> tuple[_Line, ...]:
    """Return the other ratio of the same month that the alert is about, if there is one."""
    verdict = details.verdict
    if details.rule.kind is RuleKind.MASKING and details.figures.retention is not None:
        nrr = details.figures.retention.nrr
        return (_Line(f"NRR {percent(nrr)}", _percent(nrr), ":"),)
    if verdict is None or verdict.baseline is None or not details.is_of_one_account:
        return ()
    name = f"without one account {percent(verdict.baseline)}"
    return (_Line(name, _percent(verdict.baseline), ":"),)


def _usual_range(details: NoticeDetails) -> tuple[float, ...]:
    verdict = details.verdict
    if verdict is None or verdict.baseline is None or not verdict.deviation:
        return ()
    level, deviation = verdict.baseline, verdict.deviation
    return _percent(level - deviation), _percent(level + deviation)


def _percent(ratio: Fraction | None) -> float:
    return float("nan") if ratio is None else float(ratio * 100)
