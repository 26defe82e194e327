"""Slack's own chart of an alert, where no picture can be uploaded: the ratio and what is usual."""

from bot.alerts.telling.details import NoticeDetails
from bot.message import Block
from bot.style.native_chart import in_percent, native_chart
from bot.style.ratios import ratio_name, stretch_label
from metrics.alerts.rules import Window

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
    series = [(name, [in_percent(value) for _, value in known])]
    if details.level is not None:
        label, ratio = details.level
        series.append((label, [in_percent(ratio)] * len(months)))
    return native_chart("line", f"{_TITLES[window]}{name}", months, series, y_label=f"{name}, %")
