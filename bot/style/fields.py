"""The fields of forms, each an input block under the name of its value."""

from collections.abc import Iterable, Mapping

from bot.message import Block
from bot.style.blocks import plain
from bot.style.names import shortened

MAX_OPTIONS = 100  # Slack's limits: it refuses to open a form beyond one of them
MAX_OPTION_TEXT = 75
MAX_OPTION_VALUE = 150
MAX_PLACEHOLDER = 150


def initial(text: str) -> Block:
    """Fill a text field in advance; an empty text fills nothing."""
    return {"initial_value": text} if text else {}


def placeholder(text: str) -> Block:
    """Show an example in a text field while it is empty; an empty or a long text shows none."""
    return {"placeholder": plain(text)} if 0 < len(text) <= MAX_PLACEHOLDER else {}


def menu(block_id: str, label: str, options: Mapping[str, str], chosen: str) -> Block:
    """Make a field that takes one of several options; options are texts by value."""
    offered = {value: _option(value, text) for value, text in options.items()}
    element = {
        "type": "static_select",
        "options": list(offered.values()),
        "initial_option": offered[chosen],
    }
    return field(block_id, label, element)


def ticks(block_id: str, label: str, options: Mapping[str, str], ticked: Iterable[str]) -> Block:
    """Make a field that takes any of several options; options are texts by value."""
    chosen = [_option(value, text) for value, text in options.items() if value in ticked]
    element: Block = {
        "type": "checkboxes",
        "options": [_option(value, text) for value, text in options.items()],
        **({"initial_options": chosen} if chosen else {}),  # Slack refuses an empty list
    }
    return field(block_id, label, element, optional=True)


def field(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False
) -> Block:
    """Wrap an element into a field; a submission names it by ``block_id``."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {**element, "action_id": block_id},
        **({"hint": plain(hint)} if hint else {}),
        **({"optional": True} if optional else {}),
    }


def _option(value: str, text: str) -> Block:
    return {"text": plain(shortened(text, MAX_OPTION_TEXT)), "value": str(value)}
