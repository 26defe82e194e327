"""A Slack message before it is sent: text for everyone, blocks for eyes."""

from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What Slack is given.

    ``text`` carries every figure, because screen readers and notifications read only that.
    ``plainer`` is used instead of ``blocks`` when a workspace's Slack refuses those: native
    charts are not known everywhere yet.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    plainer: tuple[Block, ...] | None = None
