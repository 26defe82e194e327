"""What the audit says of what the bot does of its own accord, because Slack told it something."""

from datetime import datetime
from uuid import uuid4

from storage.access.audit import Entry

BOT = "nrrbot"
"""The actor of what nobody asked for."""
CHANNEL = "channel"


def own_entry(
    action: str,
    *,
    team_id: str,
    channel_id: str,
    at: datetime,
    reason: str | None = None,
    scope: str | None = None,
) -> Entry:
    """Return the entry for something that was done to a channel, or to what it gets."""
    return Entry(
        at=at,
        actor=BOT,
        team=team_id,
        action=action,
        surface=CHANNEL,
        decision="allow",
        request_id=uuid4().hex,
        scope=scope,
        channel=channel_id,
        reason=reason,
    )
