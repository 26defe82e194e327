"""What a message lets its reader do: its buttons, and the options of the menu after them."""

from bot.message import Message
from bot.style.blocks import MORE


def offered(message: Message) -> dict[str, str]:
    """Return the value of each button and option of a message by action id, in their order."""
    found: dict[str, str] = {}
    elements = (
        one for block in message.blocks if block["type"] == "actions" for one in block["elements"]
    )
    for element in elements:
        if element["action_id"] == MORE:
            found |= dict(option["value"].split(" ", 1) for option in element["options"])
        else:
            found[element["action_id"]] = element["value"]
    return found
