"""Writing down what became of a message, together with all that follows from it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.breaker import Breaker
from bot.delivery.meters import Meter
from bot.delivery.notices import Notices
from bot.delivery.outcomes import ALERT, DIGEST, Settlement
from storage.alerts.notices import rule_owners
from storage.delivery import outbox
from storage.delivery.outbox import Claim, State
from storage.delivery.pictures import drop_pictures
from storage.digests import subscriptions
from storage.digests.suspensions import suspend
from storage.store.engine import Store

log = logging.getLogger("nrrbot.delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Settles claims: all of it in one transaction, and none of it for a claim that is fenced."""

    store: Store
    breaker: Breaker
    notices: Notices
    meter: Meter
    now: Callable[[], datetime]

    def settle(self, claim: Claim, settlement: Settlement) -> None:
        """Write down how a claim ended; it is counted after that, so that nothing comes between."""
        outcome = settlement.outcome
        if settlement.trips:
            self.breaker.trip(outcome.error or "unknown")
        is_written = self._write(claim, settlement)
        if settlement.result:
            self.meter.count_send(settlement.result)
        if not is_written:
            self.meter.count_fenced()
            log.warning("claim was fenced")
            return
        if outcome.state is State.SENT and claim.state is not State.SENT and claim.kind == DIGEST:
            self.meter.note_lateness((self.now() - claim.due_at).total_seconds())
        if settlement.is_told:
            log.error("message not sent", extra={"result": outcome.error})

    def _write(self, claim: Claim, settlement: Settlement) -> bool:
        now, number = self.now(), claim.subscription_id
        with self.store.write(ledger=False) as session:
            if not outbox.settle(session, claim, settlement.outcome, now=now):
                return False
            if settlement.drops_pictures:
                drop_pictures(session, claim)
            subscription = None if number is None else subscriptions.get(session, number)
            if subscription is not None and settlement.suspends:
                suspend(session, subscription, settlement.outcome.error or "suspended", now=now)
            owners: tuple[str, ...] = ()
            if settlement.is_told and claim.kind == ALERT:
                owners = rule_owners(session, claim.dedupe_key)
            elif settlement.is_told and subscription is not None:
                owners = (subscription.destination.owner_id,)
            for parcel in self.notices.about(claim, settlement, owner_ids=owners, now=now):
                outbox.enqueue(session, parcel, now=now)
        return True
