"""Forms, and their fields: each an input block under the name of its value."""

import json
from collections.abc import Iterable, Mapping

from bot.message import Block
from bot.style.blocks import plain
from bot.style.names import shortened

MAX_OPTIONS = 100  # Slack's limits: it refuses to open a form beyond one of them
MAX_OPTION_TEXT = 75
MAX_OPTION_VALUE = 150
MAX_PLACEHOLDER = 150
MAX_TYPED_SCOPE = 2_000


def form(
    callback_id: str,
    title: str,
    blocks: Iterable[Block],
    *,
    about: Mapping[str, str | int],
    submit: str = "Save",
) -> Block:
    """Lay out a form, whose submission brings back what it is ``about``."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": json.dumps(dict(about)),
        "title": plain(title),
        "submit": plain(submit),
        "close": plain("Cancel"),
        "blocks": list(blocks),
    }


def accounts_field(block_id: str, scope: str, *, example: str) -> Block:
    """Make the field that takes which accounts, filled in with a scope as it is typed."""
    return text_field(
        block_id,
        "Which accounts",
        longest=MAX_TYPED_SCOPE,
        example=example,
        filled=scope,
        hint="As in a question; empty for the whole company.",
        optional=True,
    )


def text_field(
    block_id: str,
    label: str,
    *,
    longest: int,
    hint: str,
    example: str = "",
    filled: str = "",
    optional: bool = False,
) -> Block:
    """Make a field that takes a text; an example stands in it while it is empty."""
    element = {
        "type": "plain_text_input",
        "max_length": longest,
        **({"placeholder": plain(example)} if 0 < len(example) <= MAX_PLACEHOLDER else {}),
        **({"initial_value": filled} if filled else {}),
    }
    return field(block_id, label, element, hint=hint, optional=optional)


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
