"""``/nrr enterprise last-quarter``: whatever names no sub-command is a question."""

from collections.abc import Callable

from bot.answers import Reply
from bot.blocks.reply import private_reply
from bot.message import Message


def answer_question(text: str, *, ask: Callable[[str], Reply], main_dimension: str) -> Message:
    """Return the answer to ``text`` for the person who asked.

    Raises
    ------
    UsageError, MetricsError, StorageError
        With one sentence on what to do instead.
    """
    return private_reply(ask(text), can_share=True, main_dimension=main_dimension)
