"""The buttons that ask another question: "Previous period", "By segment", "2026-10 in full"."""

from collections.abc import Callable

from bot.actions.click import Click
from bot.answers import Reply
from bot.blocks.reply import private_reply
from bot.message import Message


def follow_up(click: Click, *, ask: Callable[[str], Reply], main_dimension: str) -> Message:
    """Return the answer to the question that the button carries.

    Raises
    ------
    UsageError, MetricsError, StorageError
        If it carries none that can be answered, with one sentence on what to do.
    """
    return private_reply(ask(click.value), can_share=True, main_dimension=main_dimension)
