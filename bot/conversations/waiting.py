"""Whether somebody still waits for an answer: each message is answered once, or said not to be."""

import logging
from contextlib import suppress
from dataclasses import dataclass

from bot.conversations.heard import HeardMessage
from bot.conversations.memory import ThreadMemory
from storage.errors import StorageError

log = logging.getLogger("nrrbot.conversations")


@dataclass(slots=True, kw_only=True)
class Waiting:
    """The wait of one sender, from the message that was heard until something is said to them."""

    memory: ThreadMemory
    said: HeardMessage
    _is_first: bool | None = None
    _is_ours: bool | None = None

    def is_repeated(self) -> bool:
        """Tell at once whether a message was heard before; False while the store is busy."""
        with suppress(StorageError):
            self._is_first = self.memory.hears_first(self.said, patient=False)
        return self._is_first is False

    def is_first(self) -> bool:
        """Tell whether a message was not heard before, with patience for a store that is busy."""
        if self._is_first is None:
            self._is_first = self.memory.hears_first(self.said)
        return self._is_first

    def may_answer(self) -> bool:
        """Tell, right before anything is sent, whether they have not been told otherwise."""
        if self._is_ours is None:
            self._is_ours = self.is_first() and self.memory.begins_answer(self.said)
        return self._is_ours

    def may_explain(self) -> bool:
        """Tell whether an error may be told: while the store is out of reach, in any case."""
        try:
            return self.may_answer()
        except StorageError:
            return True

    def over(self) -> None:
        """Note that something was said; while the store is out of reach that is looked up later."""
        try:
            if self._is_ours:
                self.memory.settle(self.said)
        except StorageError as error:
            log.warning("who was answered is looked up later", exc_info=error)
