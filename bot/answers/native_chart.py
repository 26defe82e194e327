"""Slack's own bar chart of an answer: expansion, contraction and churn."""

from fractions import Fraction

from bot.answers.answer import Answer
from bot.message import Block
from bot.style.figures import percent
from metrics.money import round_half_up


def change_chart(answer: Answer) -> Block | None:
    """Chart the changes in points of opening MRR; None when nothing moved."""
    terms = answer.retention
    # Slack's bars all start at zero: beside a whole opening base the changes would be invisible.
    changes = {
        "Expansion": terms.expansion,
        "Contraction": -terms.contraction,
        "Churn": -terms.churn,
    }
    if not any(changes.values()):
        return None
    points = [
        {"label": name, "value": _points(terms.share_of_opening(minor))}
        for name, minor in changes.items()
    ]
    return {
        "type": "data_visualization",
        "title": f"What moved NRR to {percent(terms.nrr)}",
        "chart": {
            "type": "bar",
            "series": [{"name": "Points", "data": points}],
            "axis_config": {
                "categories": list(changes),
                "y_label": f"points of opening {answer.unit.name}",
            },
        },
    }


def _points(share: Fraction | None) -> float:
    # Rounded before it is a float: Slack shows the digits that it is sent.
    return float(round_half_up((share or Fraction(0)) * 100, 1))
