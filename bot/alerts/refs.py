"""Buttons under messages and lists of alerts, and references to the alert that each is about."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from bot.message import Block
from bot.style.blocks import plain

ALERT_ACKNOWLEDGE = "alert_acknowledge"
ALERT_SNOOZE = "alert_snooze"
ALERT_WAKE = "alert_wake"

SNOOZES = (("1 day", 1), ("1 week", 7), ("2 weeks", 14))
"""Lengths that the menu of snoozes offers, in days; its last option opens the form."""


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


def snooze_menu(ref: str) -> Block:
    """Make the menu that snoozes an alert for so many days, or until a day that a form asks for."""
    offered = ((label, f"{ref} {days}") for label, days in SNOOZES)
    options = [*offered, ("until a day ...", ref)]
    return {
        "type": "static_select",
        "action_id": ALERT_SNOOZE,
        "placeholder": plain("Snooze"),
        "options": [{"text": plain(label), "value": value} for label, value in options],
    }


def alert_of(element: Block) -> str:
    """Return the alert that a button is about, or each option of a menu; "" if there is none."""
    options = element.get("options") or [element]
    return str(options[0].get("value") or "").partition(" ")[0]
