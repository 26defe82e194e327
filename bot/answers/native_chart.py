"""Slack's own bar chart of an answer: expansion, contraction and churn."""

from bot.answers.answer import Answer
from bot.message import Block
from bot.style.differences import moves_of
from bot.style.figures import bare_points, percent
from bot.style.grid import LabelledText

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


def change_words(answer: Answer) -> LabelledText | None:
    """Write what `change_chart` draws: "expansion +0.9 · contraction −0.6 · churn −7.2"."""
    moves = moves_of(answer.retention)
    if moves is None or not any(moves):
        return None
    said = (f"{name.lower()} {bare_points(move)}" for name, move in zip(FORCES, moves, strict=True))
    return LabelledText(f"Points of opening {answer.unit.name}:", " · ".join(said))
