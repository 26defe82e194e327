"""The buttons under a trend."""

from dataclasses import replace

from bot.message import Block
from bot.questions.buttons import BY_DIMENSION, IN_FULL, question_actions, question_button, split
from bot.questions.parsing import Question
from bot.style.names import dimension_name
from bot.trends.trend import Trend


def trend_buttons(trend: Trend, *, can_share: bool, main_dimension: str) -> Block:
    """Lay out the follow-up questions of a trend, and for those who may share, that button."""
    buttons = []
    if (whole := in_full(trend)) is not None:
        buttons.append(question_button(IN_FULL, f"{whole.period.label} in full", whole))
    if trend.question.dimension is None:
        label = f"By {dimension_name(main_dimension)}"
        buttons.append(question_button(BY_DIMENSION, label, split(trend.question, main_dimension)))
    return question_actions(trend.question, buttons, grounds=trend.grounds, can_share=can_share)


def in_full(trend: Trend) -> Question | None:
    """Ask about a trend's last complete window alone; None if none is over."""
    if trend.whole.latest is None:
        return None
    return replace(trend.question, window=None, period=trend.whole.latest.period)
