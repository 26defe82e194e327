"""Slack's own chart of an alert, where no picture can be uploaded: the ratio and what is usual."""

from fractions import Fraction

from bot.alerts.notices.details import NoticeDetails
from bot.alerts.notices.wording.titles import verdict_of
from bot.alerts.rules.wording.sentences import RATIOS
from bot.message import Block
from metrics.alerts.rules import RuleKind
from metrics.money import round_half_up

FEWEST = 2
"""One point is no line."""


def history_chart(details: NoticeDetails) -> Block | None:
    """Return the last months as a line; None with a gap, which Slack cannot draw.

    The numbers are only drawn, never calculated with.
    """
    known = [(point.month, point.value) for point in details.history if point.value is not None]
    if len(known) < max(FEWEST, len(details.history)):
        return None
    months = [f"{month:%b %y}" for month, _ in known]
    name = RATIOS[details.rule.metric]
    series = [{"name": name, "data": _data(months, [value for _, value in known])}]
    if (level := _level(details)) is not None:
        label, ratio = level
        series.append({"name": label, "data": _data(months, [ratio] * len(months))})
    return {
        "type": "data_visualization",
        "title": f"Monthly {name}",
        "chart": {
            "type": "line",
            "series": series,
            "axis_config": {"categories": months, "y_label": f"{name}, %"},
        },
    }


def _level(details: NoticeDetails) -> tuple[str, Fraction] | None:
    """Return what all months can be read against; what was found in one month alone is not."""
    verdict = verdict_of(details)
    if verdict is None or verdict.threshold is None:
        return None
    if verdict.baseline is None:
        return "floor", verdict.threshold
    is_of_months = verdict.deviation is not None or details.rule.kind is not RuleKind.SHOCK
    if details.rule.kind is RuleKind.MASKING or not is_of_months:
        return None
    return ("usual" if verdict.deviation is not None else "before the drop"), verdict.baseline


def _data(months: list[str], ratios: list[Fraction]) -> list[Block]:
    return [
        {"label": month, "value": float(round_half_up(ratio * 100, 1))}
        for month, ratio in zip(months, ratios, strict=True)
    ]
