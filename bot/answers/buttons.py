"""The buttons under an answer; each carries the text of the question that it asks."""

from dataclasses import replace

from bot.answers.answer import Answer
from bot.message import Block
from bot.questions.buttons import (
    BY_DIMENSION,
    PREVIOUS_PERIOD,
    question_actions,
    question_button,
    split,
)
from bot.questions.parsing import Question
from bot.style.names import dimension_name
from metrics.periods import previous


def answer_buttons(answer: Answer, *, can_share: bool, main_dimension: str) -> Block:
    """Lay out the follow-up questions of an answer, and for those who may share, that button.

    A button whose question is too long for Slack is left out, so there may be none.
    """
    question = answer.question
    buttons = [question_button(PREVIOUS_PERIOD, "Previous period", before(question))]
    if not is_split_by(answer, main_dimension):
        label = f"By {dimension_name(main_dimension)}"
        buttons.append(question_button(BY_DIMENSION, label, split(question, main_dimension)))
    return question_actions(question, buttons, grounds=answer.grounds, can_share=can_share)


def is_split_by(answer: Answer, dimension: str) -> bool:
    """Tell whether the answer already shows, or was asked for, the values of a dimension."""
    shown = {part.dimension for part in answer.breakdown}
    return dimension in {answer.question.dimension, *shown}


def before(question: Question) -> Question:
    """Ask the same question about the period before."""
    return replace(question, period=previous(question.period))
