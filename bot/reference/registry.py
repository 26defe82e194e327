"""The sub-commands by name; adding one is one file and one line here."""

from collections.abc import Callable, Container, Mapping

from bot.message import Message
from bot.reference.annualise import annualise
from bot.reference.help import help_with

COMMANDS: Mapping[str, Callable[[str], Message]] = {
    "help": help_with,
    "annualise": annualise,
    "annualize": annualise,
}
"""Each takes what was typed after its name; none of them shows a figure of the company.

Those that depend on who asks and where, such as `bot.digests.command`, are joined in
`bot.app.building`.
"""


def sub_command(text: str, names: Container[str] = COMMANDS) -> tuple[str, str] | None:
    """Return the name of the sub-command that ``text`` begins with, and what follows it.

    Examples
    --------
    >>> sub_command("Annualise 98%"), sub_command("enterprise last-quarter")
    (('annualise', '98%'), None)
    """
    words = text.split(maxsplit=1)
    name = words[0].casefold() if words else ""
    if name not in names:
        return None
    return name, words[1].strip() if len(words) > 1 else ""
