"""The fields of forms, each a block of its own that is called as what it asks for."""

from collections.abc import Iterable, Mapping

from bot.message import Block
from bot.style.blocks import plain
from bot.style.names import shortened

MAX_OPTIONS = 100
MAX_OPTION_TEXT = 75
MAX_OPTION_VALUE = 150


def initial(text: str) -> Block:
    """Return what a text field holds before anybody touches it; nothing for an empty one."""
    return {"initial_value": text} if text else {}


def menu(block_id: str, label: str, options: Mapping[str, str], chosen: str) -> Block:
    """Return a field in which one of several options is chosen; options are texts by value."""
    offered = {value: _option(value, text) for value, text in options.items()}
    element = {
        "type": "static_select",
        "options": list(offered.values()),
        "initial_option": offered[chosen],
    }
    return field(block_id, label, element)


def ticks(block_id: str, label: str, options: Mapping[str, str], ticked: Iterable[str]) -> Block:
    """Return a field in which any of several options are ticked; options are texts by value."""
    chosen = [_option(value, text) for value, text in options.items() if value in ticked]
    element: Block = {
        "type": "checkboxes",
        "options": [_option(value, text) for value, text in options.items()],
        **({"initial_options": chosen} if chosen else {}),
    }
    return field(block_id, label, element, optional=True)


def field(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False
) -> Block:
    """Return a field around an element; a submission names it by ``block_id``."""
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
