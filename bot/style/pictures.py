"""Uploaded pictures put into a message that is posted already, or a line in their place."""

from collections.abc import Sequence

from bot.message import Block
from bot.style.blocks import context

UNAVAILABLE = "Chart unavailable: the figures above are complete without it."
NOT_ATTACHED = "The file could not be attached: ask for it again."
MAX_ALT_TEXT = 1_000  # of an uploaded file; an image block would take 2,000

PICTURES_ABOVE = "nrr_pictures_above"  # the id of a block that pictures stand above
_PLACE = "nrr_picture_"


def with_pictures(blocks: Sequence[Block], shown: Sequence[tuple[str, str]]) -> tuple[Block, ...]:
    """Put pictures above a message's buttons and footer, or the block that is marked for them.

    Parameters
    ----------
    blocks : sequence of Block
        The message; its footer is the small print that it ends with, and its buttons what stands
        right before that, if it has them.
    shown : sequence of (file_id, alt_text)
        Uploaded files in the order they are seen, each with what it shows in words.
    """
    return _in_place(blocks, [_image(*picture) for picture in shown])


def without_pictures(blocks: Sequence[Block], line: str = UNAVAILABLE) -> tuple[Block, ...]:
    """Put a line in place of a message's pictures: there is no chart."""
    return _in_place(blocks, [context(line)])


def _image(file_id: str, alt_text: str) -> Block:
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": alt_text[:MAX_ALT_TEXT]}


def _in_place(blocks: Sequence[Block], found: Sequence[Block]) -> tuple[Block, ...]:
    # What was put there before gives way: after a doubtful update it is done again.
    others = [block for block in blocks if not block.get("block_id", "").startswith(_PLACE)]
    placed = [{**block, "block_id": f"{_PLACE}{at}"} for at, block in enumerate(found, 1)]
    end = _without_last(others, len(others), "context")
    marked = (at for at, block in enumerate(others) if block.get("block_id") == PICTURES_ABOVE)
    at = next(marked, _without_last(others, end, "actions"))
    return (*others[:at], *placed, *others[at:])


def _without_last(blocks: Sequence[Block], end: int, kind: str) -> int:
    return end - 1 if end and blocks[end - 1]["type"] == kind else end
