"""Suspends a subscription that lost its right, together with its waiting messages."""

from datetime import datetime

from sqlmodel import Session

from storage.access import audit
from storage.access.audit import own_entry
from storage.delivery import outbox
from storage.digests import subscriptions
from storage.digests.subscriptions import Subscription
from storage.tables.delivery import SubscriptionState
from storage.tables.scopes import sorted_scope_text

SUSPEND = "suspend"
"""The audit's word for it."""


def suspend(session: Session, subscription: Subscription, reason: str, *, now: datetime) -> None:
    """Suspend a subscription and its waiting messages, and audit it.

    Parameters
    ----------
    reason : str
        One word of Slack's or ours.
    """
    number, suspended = subscription.id, SubscriptionState.SUSPENDED
    changed = subscriptions.set_state(session, number, suspended, reason=reason, now=now)
    outbox.suspend_waiting(session, number, error=reason)
    if changed.status.state is not suspended:
        return  # it has been removed meanwhile: there is nothing to audit
    entry = own_entry(
        SUSPEND,
        team_id=subscription.destination.team_id,
        channel_id=subscription.destination.channel_id,
        at=now,
        reason=reason,
        scope=sorted_scope_text(subscription.content.scope),
    )
    audit.append(session, entry)
