"""Slack's own chart of an alert, where no picture can be uploaded: the ratio and what is usual."""

from fractions import Fraction

from bot.alerts.telling.details import NoticeDetails
from bot.message import Block
from bot.style.ratios import ratio_name, stretch_label
from metrics.alerts.rules import Window
from metrics.money import round_half_up

FEWEST = 2  # one point is no line
MOST = 13  # more names of months would run into each other
_TITLES = {Window.MONTH: "Monthly ", Window.QUARTER: "Quarterly ", Window.YEAR: ""}


def history_chart(details: NoticeDetails) -> Block | None:
    """Draw the last months as a line; None with a gap, which Slack cannot draw."""
    course = details.figures.history[-MOST:]
    known = [(point.month, point.value) for point in course if point.value is not None]
    if len(known) < max(FEWEST, len(course)):
        return None
    window, name = details.rule.window, ratio_name(details.rule)
    months = [stretch_label(window, month) for month, _ in known]
    series = [{"name": name, "data": _data(months, [value for _, value in known])}]
    if details.level is not None:
        label, ratio = details.level
        series.append({"name": label, "data": _data(months, [ratio] * len(months))})
    return {
        "type": "data_visualization",
        "title": f"{_TITLES[window]}{name}",
        "chart": {
            "type": "line",
            "series": series,
            "axis_config": {"categories": months, "y_label": f"{name}, %"},
        },
    }


def _data(months: list[str], ratios: list[Fraction]) -> list[Block]:
    return [
        {"label": month, "value": float(round_half_up(ratio * 100, 1))}
        for month, ratio in zip(months, ratios, strict=True)
    ]
