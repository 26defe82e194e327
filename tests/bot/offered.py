"""What a message lets its reader do: its buttons, and the options of the menu after them."""

from collections.abc import Iterable

from bot.message import Block
from bot.message import Message as Composed
from bot.style.blocks import MORE
from tests.slack.messages import Message as Posted


def offered(message: Composed | Posted) -> dict[str, str]:
    """Return the value of each button and option of a message by action id, in their order."""
    found: dict[str, str] = {}
    for element in _elements(message.blocks):
        if element["action_id"] == MORE:
            found |= dict(option["value"].split(" ", 1) for option in element["options"])
        else:
            found[element["action_id"]] = element["value"]
    return found


def find_offer(blocks: Iterable[Block], button: str) -> tuple[str, str | None]:
    """Return the action id to use for a button, and the option to pick if it is in the menu."""
    for element in _elements(blocks):
        for option in element.get("options", ()) if element["action_id"] == MORE else ():
            if option["value"].startswith(f"{button} "):
                return MORE, option["value"]
    return button, None


def _elements(blocks: Iterable[Block]) -> list[Block]:
    return [one for block in blocks if block["type"] == "actions" for one in block["elements"]]
