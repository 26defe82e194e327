"""The buttons under an answer; each carries the words of the question that it asks."""

from dataclasses import replace

from bot.answers import Answer
from bot.blocks.elements import plain
from bot.message import Block
from bot.questions import Question, canonical_text
from bot.wording.names import dimension_name, shortened
from metrics.periods import previous

PREVIOUS_PERIOD = "nrr_previous_period"
BY_DIMENSION = "nrr_by_dimension"
SHARE = "nrr_share"

MAX_LABEL = 30
MAX_VALUE = 2_000


def answer_buttons(answer: Answer, *, can_share: bool, main_dimension: str) -> Block:
    """Return what to ask next, and for those who may share, how.

    A button whose question is too long for Slack is left out, so there may be none.
    """
    question = answer.question
    buttons = [_button(PREVIOUS_PERIOD, "Previous period", before(question))]
    if not is_split_by(answer, main_dimension):
        label = f"By {dimension_name(main_dimension)}"
        buttons.append(_button(BY_DIMENSION, label, split(question, main_dimension)))
    if can_share:
        buttons.append(_button(SHARE, "Share to channel", question))
    fitting = [button for button in buttons if len(button["value"]) <= MAX_VALUE]
    return {"type": "actions", "block_id": block_id(answer), "elements": fitting}


def block_id(answer: Answer) -> str:
    """Return the name of an answer's buttons: it tells which data the answer rests on."""
    return f"nrr_answer_v{answer.data_version}"


def is_split_by(answer: Answer, dimension: str) -> bool:
    """Tell whether the answer already shows, or was asked for, the values of a dimension."""
    shown = {part.dimension for part in answer.breakdown}
    return dimension in {answer.question.dimension, *shown}


def before(question: Question) -> Question:
    """Return the same question about the period before."""
    return replace(question, period=previous(question.period))


def split(question: Question, dimension: str) -> Question:
    """Return the question split by a dimension, across all of that dimension's values."""
    beside = tuple(pair for pair in question.scope if pair[0] != dimension)
    return replace(question, scope=beside, dimension=dimension)


def _button(action_id: str, label: str, question: Question) -> Block:
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(shortened(label, MAX_LABEL)),
        "value": canonical_text(question),
    }
