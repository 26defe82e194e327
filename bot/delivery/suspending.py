"""Suspending a subscription that lost its right: its messages wait no more, and it is audited."""

from datetime import datetime
from uuid import uuid4

from sqlmodel import Session

from storage import audit, outbox, subscriptions
from storage.access import stored_scope
from storage.audit import Entry
from storage.subscriptions import Subscription, SubscriptionState

BOT = "nrrbot"
"""The actor of what nobody asked for."""
CHANNEL = "channel"


def entry_by_bot(
    action: str,
    *,
    team_id: str,
    channel_id: str,
    at: datetime,
    reason: str | None = None,
    scope: str | None = None,
) -> Entry:
    """Return what the audit says of something that the bot did of its own accord."""
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
