"""Slack's own bar chart of an answer: what moved NRR."""

from collections.abc import Sequence
from fractions import Fraction

from bot.answers.answer import Answer
from bot.answers.wording.pictures import FORCES
from bot.message import Block
from bot.style.differences import moves_of
from bot.style.figures import bare_points, percent
from bot.style.grid import LabelledText
from bot.style.names import shortened

LONGEST_TITLE = 50


def change_chart(answer: Answer) -> Block | None:
    """Chart changes in points of opening MRR; None when nothing moved."""
    # Slack's bars all start at zero: beside a whole opening base the changes would be invisible.
    moves = moves_of(answer.retention)
    if moves is None or not any(moves):
        return None
    title = f"What moved NRR to {percent(answer.retention.nrr)}"
    return _bars(title, FORCES, moves, y_label=f"points of opening {answer.unit.name}")


def change_words(answer: Answer) -> LabelledText | None:
    """Write what moved NRR: "expansion +0.9 · contraction −0.6 · churn −7.2"."""
    moves = moves_of(answer.retention)
    if moves is None or not any(moves):
        return None
    said = (f"{name.lower()} {bare_points(move)}" for name, move in zip(FORCES, moves, strict=True))
    return LabelledText(f"Points of opening {answer.unit.name}:", " · ".join(said))


def _bars(title: str, names: Sequence[str], moves: Sequence[Fraction], *, y_label: str) -> Block:
    # Rounded before they are floats: Slack shows the digits that it is sent.
    points = [
        {"label": name, "value": float(move * 100)} for name, move in zip(names, moves, strict=True)
    ]
    return {
        "type": "data_visualization",
        "title": shortened(title, LONGEST_TITLE),
        "chart": {
            "type": "bar",
            "series": [{"name": "Points", "data": points}],
            "axis_config": {"categories": list(names), "y_label": y_label},
        },
    }
