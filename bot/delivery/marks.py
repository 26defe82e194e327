"""The mark by which a post of ours is found again; it tells nobody else anything."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

EVENT_TYPE = "nrr_outbox"


@dataclass(frozen=True, slots=True)
class Mark:
    """A message's mark: the same for the same message in the same store."""

    value: str

    @classmethod
    def of(cls, dedupe_key: str, *, secret: str) -> "Mark":
        """Return the mark of a message; every app in the channel can read it, and learn nothing."""
        digest = hmac.new(secret.encode(), dedupe_key.encode(), hashlib.sha256)
        return cls(digest.hexdigest())

    @property
    def metadata(self) -> dict[str, Any]:
        """How a post carries it."""
        return {"event_type": EVENT_TYPE, "event_payload": {"k": self.value}}

    @property
    def client_msg_id(self) -> str:
        """A second belt: Slack may drop a post with an id that it has seen, and does not say so."""
        return str(uuid5(NAMESPACE_OID, self.value))

    def is_on(self, message: dict[str, Any]) -> bool:
        """Tell whether a message that history shows carries it."""
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        return metadata.get("event_type") == EVENT_TYPE and payload.get("k") == self.value
