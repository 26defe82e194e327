"""Slack's own chart of what moved NRR: the numbers are only drawn, never calculated with."""

from fractions import Fraction

from bot.answers.answer import Answer
from bot.message import Block
from bot.style.figures import percent, unit
from metrics.money import round_half_up


def change_chart(answer: Answer) -> Block | None:
    """Return the parts of the change in points of opening MRR; None when nothing moved.

    Slack's bars all start at zero. Beside a whole opening base the changes would be invisible,
    so only these are drawn.
    """
    parts = answer.retention
    changes = {
        "Expansion": parts.expansion,
        "Contraction": -parts.contraction,
        "Churn": -parts.churn,
    }
    if not any(changes.values()):
        return None
    points = [
        {"label": name, "value": _points(parts.share_of_opening(minor))}
        for name, minor in changes.items()
    ]
    return {
        "type": "data_visualization",
        "title": f"What moved NRR to {percent(parts.nrr)}",
        "chart": {
            "type": "bar",
            "series": [{"name": "Points", "data": points}],
            "axis_config": {
                "categories": list(changes),
                "y_label": f"points of opening {unit(answer)}",
            },
        },
    }


def _points(share: Fraction | None) -> float:
    return float(round_half_up((share or Fraction(0)) * 100, 1))
