"""What a button under an alert is about, and the buttons that stand under a message and a list."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from bot.message import Block
from bot.style.blocks import plain

ALERT_ACKNOWLEDGE = "alert_acknowledge"
ALERT_SNOOZE = "alert_snooze"
ALERT_WAKE = "alert_wake"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRef:
    """The alert and episode that a button is about; ``month`` is that of the notice."""

    fingerprint: str
    episode: int
    month: date | None

    def text(self) -> str:
        """Return the value that a button carries."""
        month = self.month.isoformat() if self.month else ""
        return f"{self.fingerprint}:{self.episode}:{month}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a button's value.

        Raises
        ------
        ValueError
            If `text` did not make it.
        """
        fingerprint, episode, month = text.split(":")
        day = date.fromisoformat(month) if month else None
        return cls(fingerprint=fingerprint, episode=int(episode), month=day)


def alert_button(action_id: str, label: str, ref: str) -> Block:
    """Make a button about an alert."""
    return {"type": "button", "action_id": action_id, "text": plain(label), "value": ref}
