"""Holds up sending while Slack refuses the bot or takes no posts, and finds out when it goes on."""

import logging
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot.clock import Clock
from bot.delivery.verdicts import MISSING_SCOPE
from bot.slack.failures import SLACK_ERRORS
from storage.delivery.circuit import NO_ANSWER, close_circuit, may_try, open_circuit, read_circuit
from storage.delivery.outbox import count_failing
from storage.store.engine import Store

PROBE_EVERY = timedelta(seconds=30)
SEVERAL = 3  # messages without a clear answer: it is Slack, and not one of them
LATELY = timedelta(minutes=20)  # a little more than the longest back off
# each is needed for some message: sending resumes once the token has all
SENDING_SCOPES = frozenset({"chat:write", "channels:read", "groups:read", "im:write", "users:read"})

log = logging.getLogger("nrrbot.delivery")


class Breaker:
    """Opens and closes the circuit of a store, which every courier looks at first."""

    def __init__(self, store: Store, client: WebClient, *, now: Clock) -> None:
        self._store = store
        self._client = client
        self._now = now
        self._probed_at: datetime | None = None

    def is_open(self) -> bool:
        """Tell whether sending is stopped; ask Slack every half a minute whether it may go on."""
        with self._store.read() as session:
            circuit = read_circuit(session)
        if circuit is None:
            return False
        now = self._now()
        if circuit.reason == NO_ANSWER:
            return not self._may_try(now)
        if now - max(self._probed_at or circuit.opened_at, circuit.opened_at) < PROBE_EVERY:
            return True
        self._probed_at = now
        if not self._is_mended(circuit.reason):
            return True
        with self._store.write(ledger=False) as session:
            close_circuit(session)
        log.info("sending again")
        return False

    def trip(self, reason: str) -> None:
        """Stop all sending."""
        now = self._now()
        with self._store.write(ledger=False) as session:
            close_circuit(session, NO_ANSWER)  # this reason is the clearer one
            is_new = open_circuit(session, reason, now)
        if is_new:
            log.error("Slack refuses the bot: nothing is sent", extra={"result": reason})

    def note_failure(self) -> None:
        """Let one message at a time go where Slack gives several no clear answer."""
        now = self._now()
        with self._store.write(ledger=False) as session:
            is_several = count_failing(session, since=now - LATELY) >= SEVERAL
            is_new = is_several and open_circuit(session, NO_ANSWER, now)
        if is_new:
            log.error("Slack takes no posts: one message at a time is tried")

    def note_success(self) -> None:
        """Let all go again: Slack has answered a post."""
        with self._store.write(ledger=False) as session:
            is_mended = close_circuit(session, NO_ANSWER)
        if is_mended:
            log.info("sending again")

    def _may_try(self, now: datetime) -> bool:
        with self._store.write(ledger=False) as session:
            # those that failed may be given up, or sent, by now
            if not count_failing(session, since=now - 2 * LATELY):
                return close_circuit(session, NO_ANSWER)
            return may_try(session, now=now, every=PROBE_EVERY)

    def _is_mended(self, reason: str) -> bool:
        try:
            answer = self._client.auth_test()
        except SLACK_ERRORS:
            return False
        if reason != MISSING_SCOPE:
            return True
        # a token that lacks a scope is valid: the answer's header lists the scopes that it has
        headers = {name.lower(): value for name, value in answer.headers.items()}
        granted = set(str(headers.get("x-oauth-scopes", "")).replace(" ", "").split(","))
        return granted >= SENDING_SCOPES
