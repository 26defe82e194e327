"""The buttons under a reply; each carries the words of the question that it asks."""

from collections.abc import Iterable
from dataclasses import replace

from bot.answers import Answer, Reply
from bot.blocks.elements import plain
from bot.message import Block
from bot.questions import Question, canonical_text
from bot.trends import Trend
from bot.wording.names import dimension_name, shortened
from metrics.periods import previous

PREVIOUS_PERIOD = "nrr_previous_period"
BY_DIMENSION = "nrr_by_dimension"
IN_FULL = "nrr_in_full"
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
    return _actions(answer, buttons, can_share=can_share)


def trend_buttons(trend: Trend, *, can_share: bool, main_dimension: str) -> Block:
    """Return what to ask next about a trend, and for those who may share, how."""
    buttons = []
    if (whole := in_full(trend)) is not None:
        buttons.append(_button(IN_FULL, f"{whole.period.label} in full", whole))
    if trend.question.dimension is None:
        label = f"By {dimension_name(main_dimension)}"
        buttons.append(_button(BY_DIMENSION, label, split(trend.question, main_dimension)))
    return _actions(trend, buttons, can_share=can_share)


def block_id(reply: Reply) -> str:
    """Return the name of a reply's buttons: it tells which data the reply rests on."""
    return f"nrr_answer_v{reply.data_version}"


def ask_next(questions: Iterable[Question]) -> str:
    """Return questions in words, for those who have no buttons."""
    return "Ask next: " + ", ".join(f"“{canonical_text(question)}”" for question in questions)


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


def in_full(trend: Trend) -> Question | None:
    """Return the question about a trend's last complete window alone; None if none is over."""
    if trend.whole.latest is None:
        return None
    return replace(trend.question, window=None, period=trend.whole.latest.period)


def _actions(reply: Reply, buttons: list[Block], *, can_share: bool) -> Block:
    if can_share:
        buttons.append(_button(SHARE, "Share to channel", reply.question))
    fitting = [button for button in buttons if len(button["value"]) <= MAX_VALUE]
    return {"type": "actions", "block_id": block_id(reply), "elements": fitting}


def _button(action_id: str, label: str, question: Question) -> Block:
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(shortened(label, MAX_LABEL)),
        "value": canonical_text(question),
    }
