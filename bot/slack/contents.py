"""What to try, in order, when Slack does not take the blocks of a message."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.message import Block, Message


@dataclass(frozen=True, slots=True)
class Content:
    """The text and the blocks of one attempt."""

    text: str
    blocks: tuple[Block, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """Return it as Slack takes it, with previews of links off."""
        said: dict[str, Any] = {"text": self.text, "unfurl_links": False, "unfurl_media": False}
        return said | ({"blocks": list(self.blocks)} if self.blocks else {})


def contents_of(message: Message) -> Iterator[Content]:
    """Yield the message as it is meant, then plainer where there is that, then as text alone."""
    if message.blocks:
        yield Content(message.text, message.blocks)
    if message.plainer:
        yield Content(message.text, message.plainer)
    yield Content(message.text)
