"""Slack's own bar chart of an answer: expansion, contraction and churn."""

from bot.answers.answer import Answer
from bot.message import Block
from bot.style.differences import moves_of
from bot.style.figures import percent

FORCES = ("Expansion", "Contraction", "Churn")


def change_chart(answer: Answer) -> Block | None:
    """Chart the changes in points of opening MRR; None when nothing moved."""
    terms = answer.retention
    # Slack's bars all start at zero: beside a whole opening base the changes would be invisible.
    moves = moves_of(terms)
    if moves is None or not (terms.expansion or terms.contraction or terms.churn):
        return None
    # Rounded before they are floats: Slack shows the digits that it is sent.
    points = [
        {"label": name, "value": float(move * 100)}
        for name, move in zip(FORCES, moves, strict=True)
    ]
    return {
        "type": "data_visualization",
        "title": f"What moved NRR to {percent(terms.nrr)}",
        "chart": {
            "type": "bar",
            "series": [{"name": "Points", "data": points}],
            "axis_config": {
                "categories": list(FORCES),
                "y_label": f"points of opening {answer.unit.name}",
            },
        },
    }
