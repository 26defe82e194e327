"""Stops all sending while Slack refuses the bot itself, and finds out when it may go on."""

import logging
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot.clock import Clock
from bot.delivery.verdicts import MISSING_SCOPE
from bot.slack.failures import SLACK_ERRORS
from storage.delivery.circuit import close_circuit, open_circuit, read_circuit
from storage.store.engine import Store

PROBE_EVERY = timedelta(seconds=30)
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
        with self._store.write(ledger=False) as session:
            is_new = open_circuit(session, reason, self._now())
        if is_new:
            log.error("Slack refuses the bot: nothing is sent", extra={"result": reason})

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
