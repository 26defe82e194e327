"""What a message may say: the same rules for posts, ephemerals, updates and response URLs."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.slack.block_kit import find_errors
from tests.slack.block_rules import BlockError, walk
from tests.slack.errors import SlackError
from tests.slack.workspace import Workspace

MAX_TEXT_CHARS = 40_000
MAX_BLOCKS_JSON_CHARS = 13_200
"""Undocumented and only for ``chat.*``, not for response URLs (bolt-js issues 2509 and 2867)."""

INTERACTIVE_TYPES = frozenset({"button", "static_select", "overflow", "checkboxes", "datepicker"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Text and blocks that have passed every check; all blocks have ids."""

    text: str
    blocks: tuple[dict[str, Any], ...]


def checked_content(
    workspace: Workspace, text: object, blocks: object, *, files_are_visible: bool
) -> Content:
    """Return what may be shown, or refuse it with Slack's own error code.

    Stricter than Slack: blocks need a top-level ``text`` beside them, because screen readers and
    notifications read only that. ``files_are_visible`` tells whether the bot's private files may
    be shown, which is so only where the bot itself posts.
    """
    if not isinstance(text, str) or not text.strip():
        raise SlackError("no_text")
    if len(text) > MAX_TEXT_CHARS:
        raise SlackError("msg_too_long")
    if blocks is None:
        return Content(text=text, blocks=())
    errors = find_errors(blocks)
    if not isinstance(blocks, list) or errors:
        raise invalid_blocks(errors)
    errors = list(_bad_files(workspace, blocks, files_are_visible=files_are_visible))
    if errors:
        raise invalid_blocks(errors)
    return Content(text=text, blocks=tuple(with_ids(blocks)))


def check_size(blocks: object) -> None:
    """Refuse blocks that are too long together for ``chat.postMessage`` and ``chat.update``."""
    size = len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
    if size > MAX_BLOCKS_JSON_CHARS:
        raise SlackError("msg_blocks_too_long")


def invalid_blocks(errors: list[BlockError]) -> SlackError:
    """Return the refusal that lists every error with its JSON pointer."""
    said = [f"{error.message} [json-pointer:{error.pointer}]" for error in errors]
    messages = [f"[ERROR] {line}" for line in said]
    return SlackError(
        "invalid_blocks", {"errors": said, "response_metadata": {"messages": messages}}
    )


def _bad_files(
    workspace: Workspace, blocks: list[Any], *, files_are_visible: bool
) -> Iterator[BlockError]:
    now = workspace.clock()
    for pointer, thing in walk(blocks, "/blocks"):
        reference = thing.get("slack_file")
        if thing.get("type") != "image" or not isinstance(reference, dict):
            continue
        file = workspace.file(str(reference.get("id")))
        is_image = file is not None and file.mimetype.startswith("image/")
        if file is None or not (is_image and files_are_visible and file.is_processed(now)):
            yield BlockError(pointer=f"{pointer}/slack_file", message="invalid slack file")


def with_ids(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a copy in which every block and every interactive element has an id."""
    own = deepcopy(blocks)
    elements = (thing for _, thing in walk(own) if thing.get("type") in INTERACTIVE_TYPES)
    for number, element in enumerate(elements, start=1):
        element.setdefault("action_id", f"a{number}")
    for number, block in enumerate(own, start=1):
        block.setdefault("block_id", f"b{number}")
    return own
