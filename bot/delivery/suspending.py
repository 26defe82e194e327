"""Suspends digests that may not go where they go any more, and tells who can mend it."""

import logging
from dataclasses import dataclass

from bot.access.gate import Gate
from bot.access.records import admins
from bot.clock import Clock
from bot.delivery.failure_notices import GONE, FailureNotices
from bot.delivery.permissions import Permissions
from storage.delivery import outbox
from storage.digests import subscriptions
from storage.digests.subscriptions import Subscription
from storage.digests.suspensions import suspend
from storage.store.engine import Store

log = logging.getLogger("nrrbot.rechecking")  # filters on the log may name it


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspending:
    """Checks the right of a subscription, and suspends the one that lost it for good.

    Attributes
    ----------
    gate : Gate
        Asks Slack about people and channels, as they are now.
    """

    store: Store
    gate: Gate
    notices: FailureNotices
    now: Clock

    def check(self, subscription: Subscription) -> bool:
        """Tell whether a channel may have figures; suspend its subscription if it never will."""
        verdict = Permissions(self.gate, self.store).of_subscription(subscription)
        if verdict is not None and verdict.is_final:
            self.suspend(subscription, verdict.code)
        return verdict is None

    def suspend(self, subscription: Subscription, code: str) -> None:
        """Suspend a subscription and say so once, whoever else finds out at the same time."""
        now = self.now()
        # An owner who has left hears nothing, so the administrators are told in their place.
        instead = admins(self.gate.records) if code in GONE else ()
        words = self.notices.suspended(
            subscription.destination.channel_id, code, is_monthly=subscription.content.is_monthly
        )
        parcels = self.notices.parcels(
            words,
            key=f"suspended:{subscription.id}:{subscription.status.changed_at.isoformat()}",
            team_id=self.gate.workspace.team_id,
            owner_ids=instead or (subscription.destination.owner_id,),
            now=now,
        )
        with self.store.write(ledger=False) as session:
            if subscriptions.get(session, subscription.id) != subscription:
                return  # changed since it was checked: the next check judges it as it is now
            suspend(session, subscription, code, now=now)
            for parcel in parcels:
                outbox.enqueue(session, parcel, now=now)
        log.warning("subscription suspended", extra={"result": code})
