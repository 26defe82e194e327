"""``/nrr help`` and ``/nrr help example``."""

from bot.blocks.help import example_message, help_message
from bot.message import Message

EXAMPLE = "example"


def help_with(rest: str) -> Message:
    """Return what can be asked, or the worked example when ``rest`` asks for that."""
    return example_message() if rest.casefold() == EXAMPLE else help_message()
