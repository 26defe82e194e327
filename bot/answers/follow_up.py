"""The buttons that ask another question: "Previous period", "By segment", "2026-10 in full"."""

from collections.abc import Callable

from bot.answers.asking import Asked
from bot.answers.reply import private_reply
from bot.message import Message
from bot.slack.sent import Asker, Click


def follow_up(click: Click, *, ask: Callable[[str, Asker], Asked], main_dimension: str) -> Message:
    """Return the answer to the question that the button carries.

    Raises
    ------
    UsageError, AccessDeniedError, MetricsError, StorageError
        If it carries none that can be answered, with one sentence on what to do.
    """
    asked = ask(click.value, click.asker)
    return private_reply(asked.reply, can_share=asked.can_share, main_dimension=main_dimension)
