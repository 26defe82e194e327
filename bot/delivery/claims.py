"""Claims of one courier: taken from the outbox, and settled there with all that follows."""

import logging
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.delivery import outcomes
from bot.delivery.breaker import Breaker
from bot.delivery.failure_notices import FailureNotices
from bot.delivery.metering import Meter
from bot.delivery.outcomes import ALERT, DIGEST, LEASE_LEFT, Settlement
from bot.delivery.payloads import unpack
from bot.delivery.verdicts import Ruling
from storage.alerts.notices import rule_owners
from storage.conversations.questions import EVERYBODY, Thread, remember_question
from storage.delivery import claiming, outbox
from storage.delivery.parcels import Claim, Location, State
from storage.delivery.pictures import drop_pictures, keep_files
from storage.digests import subscriptions
from storage.digests.suspensions import suspend
from storage.store.engine import Store

ANSWERED = frozenset({"sent", Ruling.CONTENT, Ruling.TARGET})  # results of posts: Slack takes them

log = logging.getLogger("nrrbot.delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Takes messages from the outbox for one courier, and writes down what became of them."""

    store: Store
    owner: str  # no other courier anywhere has the same
    team_id: str  # of the one workspace that it can post in
    breaker: Breaker
    notices: FailureNotices
    meter: Meter
    now: Clock

    def take(self) -> Claim | None:
        """Claim the message that has waited longest; None if none may be sent just now."""
        if self.breaker.is_open():
            return None
        now = self.now()
        with self.store.write(ledger=False) as session:
            return claiming.claim(session, owner=self.owner, now=now, team_id=self.team_id)

    def stale_at(self, claim: Claim) -> datetime:
        """Find out until when a message is tried."""
        with self.store.read() as session:
            subscription = subscriptions.get(session, claim.parcel.address.subscription_id)
        if subscription is None:  # it is no digest
            return outcomes.stale_at(claim.parcel)
        return outcomes.digest_stale_at(claim.parcel.due_at, subscription.schedules)

    def is_safe_to_post(self, claim: Claim, *, slack_now: datetime) -> bool:
        """Tell whether a post will be answered before another courier may take the message.

        By Slack's clock the moment is kept: history is read from there on while it is in doubt.
        """
        if claim.lease.until - self.now() <= LEASE_LEFT:
            return False
        with self.store.write(ledger=False) as session:
            return outbox.note_call(session, claim, at=slack_now)

    def note_look(self, claim: Claim, *, slack_now: datetime) -> None:
        """Store when a message is looked for, so that nobody looks again too soon."""
        with self.store.write(ledger=False) as session:
            outbox.note_call(session, claim, at=slack_now)

    def note_conversation(self, claim: Claim, conversation_id: str) -> None:
        """Store the conversation of a direct message before anything is posted there."""
        with self.store.write(ledger=False) as session:
            outbox.note_conversation(session, claim, conversation_id)

    def settle(self, claim: Claim, settlement: Settlement) -> None:
        """Write down how a claim ended; a claim that is fenced changes nothing."""
        outcome, parcel = settlement.outcome, claim.parcel
        if settlement.trips:
            self.breaker.trip(outcome.error or "unknown")
        is_written = self._write(claim, settlement)
        # counted after the commit: a crash in between loses a count, never a message
        if settlement.result:
            self.meter.count_send(settlement.result)
        if not is_written:
            self.meter.count_fenced()
            log.warning("claim was fenced")
            return
        if outcome.retry.is_failure:
            self.breaker.note_failure()
        elif settlement.result in ANSWERED:
            self.breaker.note_success()
        if outcome.state is State.SENT and claim.state is not State.SENT and parcel.kind == DIGEST:
            self.meter.note_lateness((self.now() - parcel.due_at).total_seconds())
        if settlement.notifies_owner:
            lost = "message not sent" if claim.state is not State.SENT else "message not updated"
            log.error(lost, extra={"result": outcome.error})

    def _write(self, claim: Claim, settlement: Settlement) -> bool:
        now = self.now()
        with self.store.write(ledger=False) as session:
            if not outbox.settle(session, claim, settlement.outcome, now=now):
                return False
            begun = _begun_thread(claim, settlement.outcome.location)
            if begun and (question := unpack(claim.parcel.body.payload_json).question):
                remember_question(session, begun, question, seen_by=EVERYBODY, now=now)
            if settlement.outcome.picture_state == "shown":
                keep_files(session, claim)
            elif settlement.outcome.picture_state is not None:
                drop_pictures(session, claim)
            subscription = subscriptions.get(session, claim.parcel.address.subscription_id)
            if subscription is not None and settlement.suspends:
                suspend(session, subscription, settlement.outcome.error or "suspended", now=now)
            owners: tuple[str, ...] = ()
            if settlement.notifies_owner and claim.parcel.kind == ALERT:
                owners = rule_owners(session, claim.parcel.dedupe_key)
            elif settlement.notifies_owner and subscription is not None:
                owners = (subscription.destination.owner_id,)
            is_monthly = subscription is not None and subscription.content.is_monthly
            for parcel in self.notices.about(
                claim, settlement, owner_ids=owners, is_monthly=is_monthly, now=now
            ):
                outbox.enqueue(session, parcel, now=now)
        return True


def _begun_thread(claim: Claim, location: Location) -> Thread | None:
    """Find the thread that a message begins; None where it was not posted just now."""
    is_new = claim.state is not State.SENT and location.channel_id and location.ts
    if not is_new or location.thread_ts:
        return None
    return Thread(channel_id=str(location.channel_id), thread_ts=str(location.ts))
