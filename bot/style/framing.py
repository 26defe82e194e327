"""The frame of a reply, private or public, and the limits that Slack sets to it."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.message import Block, Message
from bot.style.names import escaped

MAX_TEXT = 4_000  # of the message's text; Slack recommends it, and every figure has to be in it

# Slack refuses some 13,200 characters and does not document it (bolt-js issue 2509).
MAX_BLOCKS_JSON = 10_000

_USER_ID = re.compile(r"[UW][A-Z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The frame around the parts of a message: in public, who shared it.

    ``picture`` is the uploaded one; without it Slack draws its own chart.
    """

    before: tuple[Block, ...] = ()
    picture: Block | None = None
    first_line: str = ""


def public_frame(*, shared_by: str, picture: tuple[str, str] | None) -> Frame:
    """Frame a reply for a channel.

    Parameters
    ----------
    shared_by : str
        A Slack user's id; anything else is left out.
    picture : (file_id, alt_text), optional
        The uploaded picture; without one Slack draws its own chart.
    """
    # Only what looks like a Slack id is mentioned: a name could be a markup of its own.
    by = f"Shared by <@{shared_by}>" if _USER_ID.fullmatch(shared_by) else ""
    said: Block = {"type": "context", "elements": [{"type": "mrkdwn", "text": by}]}
    before = (said,) if by else ()
    if picture is None:
        return Frame(before=before, first_line=by)
    file_id, alt_text = picture
    image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": alt_text}
    return Frame(before=before, picture=image, first_line=by)


def spoken(lines: Iterable[str | None], frame: Frame) -> str:
    """Join the lines of a message's text, for screen readers and notifications."""
    said = escaped("\n".join(line for line in lines if line))
    # The first line mentions a person, in mrkdwn of ours: it would be shown as it is written.
    return f"{frame.first_line}\n{said}" if frame.first_line else said


def first_fitting(messages: Iterable[Message]) -> Message:
    """Pick the first message that Slack takes, else the last: the most detail stands first."""
    for message in messages:
        if _fits(message):
            break
    return message


def _fits(message: Message) -> bool:
    sizes = (
        len(json.dumps(blocks, ensure_ascii=False)) for blocks in (message.blocks, message.plainer)
    )
    return len(message.text) <= MAX_TEXT and max(sizes) <= MAX_BLOCKS_JSON
