"""Slack's own bar chart of an answer: what moved NRR."""

from bot.answers.answer import Answer
from bot.answers.wording.pictures import FORCES
from bot.message import Block
from bot.style.differences import moves_of
from bot.style.figures import bare_points, percent
from bot.style.grid import LabelledText
from bot.style.names import shortened
from bot.style.native_chart import native_chart

LONGEST_TITLE = 50


def change_chart(answer: Answer) -> Block | None:
    """Chart changes in points of opening MRR; None when nothing moved."""
    # Slack's bars all start at zero: beside a whole opening base the changes would be invisible.
    moves = moves_of(answer.retention)
    if moves is None or not any(moves):
        return None
    return native_chart(
        "bar",
        shortened(f"What moved NRR to {percent(answer.retention.nrr)}", LONGEST_TITLE),
        FORCES,
        # Rounded before they are floats: Slack shows the digits that it is sent.
        [("Points", (float(move * 100) for move in moves))],
        y_label=f"points of opening {answer.unit.name}",
    )


def change_words(answer: Answer) -> LabelledText | None:
    """Write what moved NRR: "expansion +0.9 · contraction −0.6 · churn −7.2"."""
    moves = moves_of(answer.retention)
    if moves is None or not any(moves):
        return None
    said = (f"{name.lower()} {bare_points(move)}" for name, move in zip(FORCES, moves, strict=True))
    return LabelledText(f"Points of opening {answer.unit.name}:", " · ".join(said))
