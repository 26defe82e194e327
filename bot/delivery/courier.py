"""Carries messages from the outbox to Slack: never lost, and in effect never doubled."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from slack_sdk import WebClient

from bot.delivery import outcomes
from bot.delivery.breaker import Breaker
from bot.delivery.history import History
from bot.delivery.marks import Mark
from bot.delivery.meters import Meter
from bot.delivery.outcomes import Settlement
from bot.delivery.payloads import MAY_REPEAT, message_at, unpack, with_line
from bot.delivery.permissions import CalledOffError
from bot.delivery.pictures import Illustrator
from bot.delivery.posting import LeaseTooShortError, Posted, Posting
from bot.delivery.settling import Settling
from bot.delivery.verdicts import Verdict, judge_error
from bot.message import Message
from bot.slack.errors import SLACK_ERRORS
from bot.slack.ids import is_person
from storage.delivery import outbox
from storage.delivery.outbox import Claim, State
from storage.errors import StorageError
from storage.store.engine import Store

LEASE_LEFT = timedelta(seconds=60)
"""What must be left of a claim before a post, which takes a third of that at most."""

log = logging.getLogger("nrrbot.delivery")


class Permits(Protocol):
    """Says whether a message may still go where it is to go."""

    def of_claim(self, claim: Claim) -> Verdict | None:
        """Return why not; None if it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Carries one message at a time; any number of couriers may share a store.

    Attributes
    ----------
    owner : str
        Who claims: no other courier anywhere has the same.
    secret : str
        The store's, for marks.
    client : WebClient
        Has no retry handlers: a post whose fate is unknown is looked for, not repeated.
    now : callable
        The moment it is, in UTC.
    """

    store: Store
    client: WebClient
    owner: str
    secret: str
    posting: Posting
    history: History
    illustrator: Illustrator
    permits: Permits
    breaker: Breaker
    settling: Settling
    meter: Meter
    now: Callable[[], datetime]

    def work_once(self) -> bool:
        """Carry the message that has waited longest; False if none may be sent just now."""
        if self.breaker.is_open():
            return False
        with self.store.write(ledger=False) as session:
            claim = outbox.claim(session, owner=self.owner, now=self.now())
        if claim is None:
            return False
        self.settling.settle(claim, self._carry_safely(claim))
        return True

    def _carry_safely(self, claim: Claim) -> Settlement:
        """Carry a message so that one which breaks something does not hold up the others."""
        try:
            return self._carry(claim)
        except StorageError:
            raise  # nothing can be written down: the claim runs out
        except Exception as error:  # the edge of one message: the next ones are not to wait
            log.exception("message failed", exc_info=error)
            return outcomes.failed(claim, now=self.now())

    def _carry(self, claim: Claim) -> Settlement:
        if claim.state is State.SENT:
            return self.illustrator.carry(claim)
        line = ""
        if claim.is_in_doubt:
            looked = self._look(claim)
            if isinstance(looked, Settlement):
                return looked
            line = looked
        if outcomes.is_exhausted(claim) and not line:
            return outcomes.dead("too_many_attempts")
        settlement = self._send(claim, line=line)
        return outcomes.still_in_doubt(settlement) if line else settlement

    def _look(self, claim: Claim) -> Settlement | str:
        """Look for a message in doubt; return the line that it gets if it is posted all the same.

        The line is empty where Slack has shown twice that it has not got it.
        """
        if (waiting := outcomes.before_look(claim, now=self.now())) is not None:
            return waiting
        mark = Mark.of(claim.dedupe_key, secret=self.secret)
        try:
            channel_id = self._conversation(claim)
            ts = self.history.find(channel_id, mark, since=claim.first_attempt_at)
        except SLACK_ERRORS as error:
            self.meter.count_reconcile("failed")
            verdict = judge_error(error)
            return outcomes.after_failed_look(claim, verdict, now=self.now()) or MAY_REPEAT
        self.meter.count_reconcile("not_found" if ts is None else "found")
        if ts is not None:
            return outcomes.sent(channel_id=channel_id, ts=ts)
        return outcomes.after_clean_look(claim, now=self.now()) or ""

    def _send(self, claim: Claim, *, line: str) -> Settlement:
        if outcomes.is_stale(claim, now=self.now()):
            return outcomes.skipped()
        payload = unpack(claim.payload_json)
        try:
            denial = self.permits.of_claim(claim)
            if denial is not None:
                return outcomes.after_denial(claim, denial, now=self.now())
            channel_id = self._conversation(claim)
        except CalledOffError:
            return outcomes.called_off("not_active")
        except SLACK_ERRORS as error:
            return outcomes.after_denial(claim, judge_error(error), now=self.now())
        message = message_at(payload, due_at=claim.due_at, at=self.now())
        return self._post(claim, channel_id, with_line(message, line) if line else message)

    def _conversation(self, claim: Claim) -> str:
        """Return where to post; of a direct message, the conversation, stored before it is used."""
        if claim.slack_channel_id is not None:
            return claim.slack_channel_id
        if not is_person(claim.channel_id):
            return claim.channel_id
        opened = self.client.conversations_open(users=claim.channel_id)
        channel_id = str(opened["channel"]["id"])
        with self.store.write(ledger=False) as session:
            outbox.note_channel(session, claim, channel_id)
        return channel_id

    def _post(self, claim: Claim, channel_id: str, message: Message) -> Settlement:
        mark = Mark.of(claim.dedupe_key, secret=self.secret)
        try:
            answer = self.posting.post(
                channel_id, message, mark, may_go=lambda: self._is_ours_for_long(claim)
            )
        except LeaseTooShortError:
            return outcomes.released(now=self.now())
        if isinstance(answer, Posted):
            settlement = outcomes.sent(channel_id=answer.channel_id, ts=answer.ts)
            return replace(settlement, result="sent")
        if answer.is_surprise:
            log.error("Slack used an unknown word", extra={"result": answer.code})
        settlement = outcomes.after_refusal(claim, answer, now=self.now())
        result = "unknown_code" if answer.is_surprise else answer.ruling
        return replace(settlement, result=result)

    def _is_ours_for_long(self, claim: Claim) -> bool:
        """Tell whether a post will be answered before anybody else may take the message."""
        if claim.lease_until - self.now() <= LEASE_LEFT:
            return False
        with self.store.read() as session:
            return outbox.is_held(session, claim)
