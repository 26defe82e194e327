"""The buttons that ask another question: "Previous period", "By segment"."""

from collections.abc import Callable

from bot.actions.click import Click
from bot.answers import Answer
from bot.blocks.answer import answer_message
from bot.message import Message


def follow_up(click: Click, *, ask: Callable[[str], Answer], main_dimension: str) -> Message:
    """Return the answer to the question that the button carries.

    Raises
    ------
    UsageError, MetricsError, StorageError
        If it carries none that can be answered, with one sentence on what to do.
    """
    return answer_message(ask(click.value), can_share=True, main_dimension=main_dimension)
