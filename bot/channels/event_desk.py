"""Where every event arrives: what is for another workspace, or is not known, ends here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.event import EventEnvelope, EventHandler, Work, read


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDesk:
    """Hands each event to what hears of it.

    Attributes
    ----------
    handlers : mapping
        By Slack's name for an event.
    """

    team_id: str
    handlers: Mapping[str, EventHandler]

    def hear(self, body: Mapping[str, Any]) -> Work | None:
        """Do at once what takes no time, and return what is left to be done; None for nothing.

        Raises
        ------
        UnreadableEventError
            If Slack would not send such an event.
        """
        delivery = read(EventEnvelope, body)
        hears = self.handlers.get(delivery.event.type)
        if hears is None or not delivery.is_for(self.team_id):
            return None
        return hears(body["event"])
