"""Carries messages from the outbox to Slack: digests at most once, alerts at worst twice."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bot.clock import Clock
from bot.delivery import outcomes
from bot.delivery.admission import Admission, ForbiddenError
from bot.delivery.claims import Claims
from bot.delivery.metering import Meter
from bot.delivery.outcomes import OF_A_WEEK, Settlement
from bot.delivery.payloads import MAY_REPEAT, message_at, unpack, with_line
from bot.delivery.permissions import CalledOffError
from bot.delivery.pictures import Illustrator
from bot.delivery.posting import LeaseTooShortError, MarkedPosts
from bot.delivery.verdicts import judge_error
from bot.message import Message
from bot.slack.failures import SLACK_ERRORS
from bot.slack.ids import is_person
from storage.delivery.parcels import Claim, Location, State
from storage.errors import StorageError

log = logging.getLogger("nrrbot.delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Carries one message at a time; any number of couriers may share a store."""

    claims: Claims
    posts: MarkedPosts
    illustrator: Illustrator
    admission: Admission
    meter: Meter
    now: Clock

    def work_once(self) -> bool:
        """Carry the message that has waited longest; False if none may be sent just now."""
        claim = self.claims.take()
        if claim is None:
            return False
        self.claims.settle(claim, self._carry_safely(claim))
        return True

    def _carry_safely(self, claim: Claim) -> Settlement:
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
        if claim.doubt is not None:
            looked = self._look(claim)
            if isinstance(looked, Settlement):
                return looked
            line = looked
        if outcomes.is_exhausted(claim) and not line:
            return outcomes.dead("too_many_attempts")
        # what never got as far as Slack is sent late: only a digest is worth nothing by then
        is_vain = claim.attempts.failures > 0 or claim.parcel.kind in OF_A_WEEK
        if is_vain and not line and self._is_stale(claim):
            return outcomes.too_late(claim)
        settlement = self._send(claim, line=line)
        return outcomes.still_in_doubt(settlement, claim) if line else settlement

    def _is_stale(self, claim: Claim) -> bool:
        return self.now() > self.claims.stale_at(claim)

    def _look(self, claim: Claim) -> Settlement | str:
        """Look for a message in doubt; return the line that it gets if it is posted all the same.

        The line is empty where history has shown twice that the message is not there.
        """
        since = claim.attempts.first_at
        if since is None:
            return ""  # whoever had it before never got as far as a post
        try:
            slack_now = self.posts.client.slack_now()
            waiting = outcomes.before_look(claim, slack_now=slack_now, now=self.now())
            if waiting is not None:
                return waiting
            self.claims.note_look(claim, slack_now=slack_now)
            channel_id, key = self._conversation(claim), claim.parcel.dedupe_key
            thread_ts = claim.location.thread_ts
            posted = self.posts.find(channel_id, key, since=since, thread_ts=thread_ts)
        except SLACK_ERRORS as error:
            self.meter.count_reconcile("failed")
            verdict = judge_error(error)
            is_stale = self._is_stale(claim)
            failed = outcomes.after_failed_look(claim, verdict, now=self.now(), is_stale=is_stale)
            return failed or MAY_REPEAT
        self.meter.count_reconcile("not_found" if posted is None else "found")
        if posted is not None:
            return outcomes.sent(posted)
        return outcomes.after_clean_look(claim, now=self.now()) or ""

    def _send(self, claim: Claim, *, line: str) -> Settlement:
        try:
            claim = self.admission.admit(claim)
            channel_id = self._conversation(claim)
            slack_now = self.posts.client.slack_now()
        except CalledOffError:
            return outcomes.called_off("not_active")
        except ForbiddenError as error:
            return outcomes.after_denial(claim, error.verdict, now=self.now())
        except SLACK_ERRORS as error:
            return outcomes.after_denial(claim, judge_error(error), now=self.now())
        payload = unpack(claim.parcel.body.payload_json)
        message = message_at(payload, due_at=claim.parcel.due_at, at=self.now())
        may_go = partial(self.claims.is_safe_to_post, claim, slack_now=slack_now)
        return self._post(
            claim, channel_id, with_line(message, line) if line else message, may_go=may_go
        )

    def _conversation(self, claim: Claim) -> str:
        recipient = claim.parcel.address.channel_id
        if claim.location.channel_id is not None:
            return claim.location.channel_id
        if not is_person(recipient):
            return recipient
        channel_id = self.posts.open_conversation(recipient)
        # stored first: whoever finds the post in doubt must know which history to read
        self.claims.note_conversation(claim, channel_id)
        return channel_id

    def _post(
        self, claim: Claim, channel_id: str, message: Message, *, may_go: Callable[[], bool]
    ) -> Settlement:
        try:
            answer = self.posts.post(
                channel_id,
                message,
                claim.parcel.dedupe_key,
                may_go=may_go,
                thread_ts=claim.location.thread_ts,
            )
        except LeaseTooShortError:
            return outcomes.released(now=self.now())
        if isinstance(answer, Location):
            return replace(outcomes.sent(answer), result="sent")
        if answer.is_surprise:
            log.error("Slack used an unknown word", extra={"result": answer.code})
        settlement = outcomes.after_refusal(claim, answer, now=self.now())
        result = "unknown_code" if answer.is_surprise else answer.ruling
        return replace(settlement, result=result)
