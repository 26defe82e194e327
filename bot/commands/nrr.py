"""``/nrr enterprise last-quarter``: whatever names no sub-command is a question."""

from collections.abc import Callable

from bot.answers import Answer
from bot.blocks.answer import answer_message
from bot.message import Message


def answer_question(text: str, *, ask: Callable[[str], Answer], main_dimension: str) -> Message:
    """Return the answer to ``text`` for the person who asked.

    Raises
    ------
    UsageError, MetricsError, StorageError
        With one sentence on what to do instead.
    """
    return answer_message(ask(text), can_share=True, main_dimension=main_dimension)
