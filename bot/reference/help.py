"""``/nrr help`` and ``/nrr help example``."""

from bot.message import Message
from bot.reference.help_message import example_message, help_message

EXAMPLE = "example"


def help_with(rest: str) -> Message:
    """Return what can be asked, or the worked example when ``rest`` asks for that."""
    return example_message() if rest.casefold() == EXAMPLE else help_message()
