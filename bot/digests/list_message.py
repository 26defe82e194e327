"""Lays out the list of a channel's digests as a Slack message."""

from collections.abc import Sequence
from datetime import datetime

from bot.command_places import CommandPlace
from bot.digests.wording.subscriptions import Listed, listed_lines
from bot.message import Block, Message
from bot.style.blocks import context, header, labelled
from bot.style.names import escaped

DIVIDER: Block = {"type": "divider"}
MOST_LISTED = 10
TITLE = "Digests of this channel"
HOW_TO = "With a number: /nrr digest edit, pause, resume, now or remove."


def digest_list(listed: Sequence[Listed], *, now: datetime, hidden: int = 0) -> Message:
    """Lay out the digests of a channel; there is at least one.

    ``hidden`` is how many more there are about figures that the reader may not see.
    """
    lines = [listed_lines(one, CommandPlace.SLACK, now=now) for one in listed[:MOST_LISTED]]
    more = len(listed) - len(lines)
    notes = [
        *([f"And {more} more."] if more else []),
        *([f"And {hidden} more about figures that you may not see."] if hidden else []),
        HOW_TO,
    ]
    said = [escaped(str(line)) for of_one in lines for line in of_one]
    return Message(
        text="\n".join((f"{TITLE}:", *said, *notes)),
        blocks=(
            header(TITLE),
            *(block for of_one in lines for block in (labelled(*of_one), DIVIDER)),
            context(*notes),
        ),
    )
