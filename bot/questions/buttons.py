"""Buttons that ask a question; each carries the words of the question that it asks."""

from collections.abc import Iterable
from dataclasses import replace

from bot.message import Block
from bot.questions.parsing import Question, canonical_text
from bot.style.blocks import plain
from bot.style.grounds import Grounds
from bot.style.names import shortened

PREVIOUS_PERIOD = "nrr_previous_period"
BY_DIMENSION = "nrr_by_dimension"
IN_FULL = "nrr_in_full"
SHARE = "nrr_share"
MAX_LABEL = 30  # Slack takes 75 and shows about 30 of them
MAX_VALUE = 2_000  # Slack's own limit; a cut question would be another one


def block_id(grounds: Grounds) -> str:
    """Name the block of a reply's buttons after the version of the data under it."""
    return f"nrr_answer_v{grounds.data_version}"


def ask_next(questions: Iterable[Question]) -> str:
    """Spell follow-up questions out, for channels: there the buttons are left out."""
    return "Ask next: " + ", ".join(f"“{canonical_text(question)}”" for question in questions)


def split(question: Question, dimension: str) -> Question:
    """Split a question by a dimension, across all of that dimension's values."""
    # One value split by its own dimension would be a table of one row.
    beside = tuple(pair for pair in question.scope if pair[0] != dimension)
    return replace(question, scope=beside, dimension=dimension)


def question_actions(
    question: Question, buttons: list[Block], *, grounds: Grounds, can_share: bool
) -> Block:
    """Put buttons into one block, with the one that shares; too long questions are left out."""
    if can_share:
        buttons.append(question_button(SHARE, "Share to channel", question))
    fitting = [button for button in buttons if len(button["value"]) <= MAX_VALUE]
    return {"type": "actions", "block_id": block_id(grounds), "elements": fitting}


def question_button(action_id: str, label: str, question: Question) -> Block:
    """Make a button that asks a question."""
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(shortened(label, MAX_LABEL)),
        "value": canonical_text(question),
    }
