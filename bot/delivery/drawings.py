"""Pictures for a message that goes out without them rather than not at all."""

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from storage.delivery.outbox import StoredPicture

log = logging.getLogger("nrrbot.delivery")


class Drawn(Protocol):
    """A PNG, and what it shows to those who listen: `bot.style.picture.Picture`."""

    @property
    def png(self) -> bytes:
        """The picture."""

    @property
    def alt_text(self) -> str:
        """The picture in words."""


def drawn(draw: Callable[[], Iterable[Drawn]]) -> tuple[StoredPicture, ...]:
    """Return what ``draw`` draws; nothing of it if one of them cannot be drawn."""
    try:
        return tuple(StoredPicture(png=one.png, alt_text=one.alt_text) for one in draw())
    except Exception:  # whatever a name or a font does to matplotlib, the text goes out
        log.exception("the pictures of a message could not be drawn")
        return ()
