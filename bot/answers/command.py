"""``/nrr enterprise last-quarter``: whatever names no sub-command is a question."""

from collections.abc import Callable

from bot.answers.asking import Asked
from bot.answers.reply import private_reply
from bot.message import Message
from bot.slack.sent import Asker, Request


def answer_question(
    request: Request, *, ask: Callable[[str, Asker], Asked], main_dimension: str
) -> Message:
    """Return the answer to what was typed for the person who asked.

    Raises
    ------
    UsageError, AccessDeniedError, MetricsError, StorageError
        With one sentence on what to do instead.
    """
    asked = ask(request.text, request.asker)
    return private_reply(asked.reply, can_share=asked.can_share, main_dimension=main_dimension)
