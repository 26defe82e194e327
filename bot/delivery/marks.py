"""The mark by which a post of the bot is found again; to other apps it tells nothing."""

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
        """Make the mark of a message: a keyed hash, because every app in its channel reads it."""
        digest = hmac.new(secret.encode(), dedupe_key.encode(), hashlib.sha256)
        return cls(digest.hexdigest())

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata of a post that carries the mark."""
        return {"event_type": EVENT_TYPE, "event_payload": {"k": self.value}}

    @property
    def client_msg_id(self) -> str:
        """The message id of a post: Slack may drop one that it has seen, but promises nothing."""
        return str(uuid5(NAMESPACE_OID, self.value))

    def is_on(self, message: dict[str, Any]) -> bool:
        """Tell whether a message in history carries the mark."""
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        return metadata.get("event_type") == EVENT_TYPE and payload.get("k") == self.value
