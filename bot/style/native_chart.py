"""Slack's own charts, where no picture can be uploaded."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal

from bot.message import Block
from metrics.money import round_half_up


def native_chart(
    kind: Literal["line", "bar"],
    title: str,
    names: Sequence[str],
    series: Iterable[tuple[str, Iterable[float]]],
    *,
    y_label: str,
) -> Block:
    """Lay out a chart; each series has a value for each of the names along the axis."""
    return {
        "type": "data_visualization",
        "title": title,
        "chart": {
            "type": kind,
            "series": [{"name": name, "data": _data(names, values)} for name, values in series],
            "axis_config": {"categories": list(names), "y_label": y_label},
        },
    }


def in_percent(ratio: Fraction) -> float:
    """Round a ratio to a tenth of a percent: Slack shows the digits that it is sent."""
    return float(round_half_up(ratio * 100, 1))


def _data(names: Sequence[str], values: Iterable[float]) -> list[Block]:
    pairs = zip(names, values, strict=True)
    return [{"label": name, "value": value} for name, value in pairs]
