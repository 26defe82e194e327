"""A Slack message before it is sent: text for everyone, blocks for eyes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """Text and blocks of a message, and plainer blocks for a Slack that refuses the first ones."""

    text: str  # carries every figure: screen readers and notifications read only that
    blocks: tuple[Block, ...] = ()
    plainer: tuple[Block, ...] | None = None  # native charts are not known everywhere yet

    def variants(self) -> Iterator["Variant"]:
        """Yield what to try in order: with blocks, with plainer blocks, as text alone."""
        yield from (Variant(self.text, blocks) for blocks in (self.blocks, self.plainer) if blocks)
        yield Variant(self.text)


@dataclass(frozen=True, slots=True)
class Variant:
    """The text and the blocks of one attempt to send a message."""

    text: str
    blocks: tuple[Block, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of Slack's posting methods, with previews of links off."""
        said: dict[str, Any] = {"text": self.text, "unfurl_links": False, "unfurl_media": False}
        return said | ({"blocks": list(self.blocks)} if self.blocks else {})
