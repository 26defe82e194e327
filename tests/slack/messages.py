"""What the bot shows: a message, seen by a channel or by one person only, and a Home tab."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message, of the bot unless it is a person's.

    ``ephemeral_to`` is the only user who sees it, if there is one.

    Every block carries a ``block_id`` and every interactive element an ``action_id``: Slack makes
    up those that were not sent.
    """

    channel: str
    ts: str
    text: str
    user: str
    blocks: tuple[dict[str, Any], ...] = ()
    metadata: dict[str, Any] | None = None
    files: tuple[str, ...] = ()
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    edited_ts: str | None = None
    client_msg_id: str | None = None
    is_by_person: bool = False

    @property
    def is_ephemeral(self) -> bool:
        """Tell whether only one person sees it."""
        return self.ephemeral_to is not None

    def to_json(self, *, team: str, app_id: str, bot_id: str) -> dict[str, Any]:
        """Return the message as the Web API shows it; metadata is added by who may show it."""
        shown: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "team": team,
            "text": self.text,
            "ts": self.ts,
        }
        if not self.is_by_person:
            shown |= {"bot_id": bot_id, "app_id": app_id}
        optional: dict[str, Any] = {
            "blocks": list(self.blocks),
            "thread_ts": self.thread_ts,
            "edited": {"user": self.user, "ts": self.edited_ts} if self.edited_ts else None,
            "files": [{"id": file_id} for file_id in self.files],
        }
        return shown | {key: value for key, value in optional.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one person sees on the app's Home tab."""

    id: str
    user: str
    blocks: tuple[dict[str, Any], ...]
    hash: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the view as Slack sends it along with a click in it."""
        return {
            "id": self.id,
            "type": "home",
            "blocks": list(self.blocks),
            "private_metadata": "",
            "callback_id": "",
            "hash": self.hash,
            "state": {"values": {}},
        }
