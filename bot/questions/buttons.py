"""Buttons that ask a question; each carries the words of the question that it asks."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from bot.message import Block
from bot.questions.parsing import Question, canonical_text
from bot.style.blocks import plain
from bot.style.names import shortened

PREVIOUS_PERIOD = "nrr_previous_period"


BY_DIMENSION = "nrr_by_dimension"


IN_FULL = "nrr_in_full"


SHARE = "nrr_share"


MAX_LABEL = 30


MAX_VALUE = 2_000


class Answered(Protocol):
    """A reply, as far as its buttons go: what was asked, and the data that it rests on."""

    @property
    def question(self) -> Question:
        """What was asked."""

    @property
    def data_version(self) -> int:
        """How many imports the ledger had seen."""


def block_id(reply: Answered) -> str:
    """Return the name of a reply's buttons: it tells which data the reply rests on."""
    return f"nrr_answer_v{reply.data_version}"


def ask_next(questions: Iterable[Question]) -> str:
    """Return questions in words, for those who have no buttons."""
    return "Ask next: " + ", ".join(f"“{canonical_text(question)}”" for question in questions)


def split(question: Question, dimension: str) -> Question:
    """Return the question split by a dimension, across all of that dimension's values."""
    beside = tuple(pair for pair in question.scope if pair[0] != dimension)
    return replace(question, scope=beside, dimension=dimension)


def question_actions(reply: Answered, buttons: list[Block], *, can_share: bool) -> Block:
    """Put buttons into one block, with the one that shares; too long questions are left out."""
    if can_share:
        buttons.append(question_button(SHARE, "Share to channel", reply.question))
    fitting = [button for button in buttons if len(button["value"]) <= MAX_VALUE]
    return {"type": "actions", "block_id": block_id(reply), "elements": fitting}


def question_button(action_id: str, label: str, question: Question) -> Block:
    """Make a button that asks a question."""
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(shortened(label, MAX_LABEL)),
        "value": canonical_text(question),
    }
