"""Probe of Slack: asks every minute whether it knows the bot, and hears what time it is there."""

import logging
from collections.abc import Callable
from math import inf
from threading import Event, Thread

from slack_sdk import WebClient

from bot.slack.failures import SLACK_ERRORS

PROBE_EVERY_SECONDS = 60
STOP_SECONDS = 1
"""How long a stop waits for a call that is under way; it changes nothing at Slack."""

log = logging.getLogger("nrrbot.pulse")


class SlackProbe:
    """Calls ``auth.test`` from `start` until `stop`.

    Parameters
    ----------
    monotonic : callable
        Seconds that no clock change moves.
    """

    def __init__(self, client: WebClient, *, monotonic: Callable[[], float]) -> None:
        self._client, self._monotonic = client, monotonic
        self._accepted_at = -inf
        self._is_stopping = Event()
        # A daemon: Slack may let the last call wait for longer than the stop does.
        self._thread = Thread(target=self._run, name="slack-probe", daemon=True)

    def silence(self) -> float:
        """Return the seconds since Slack last knew the bot; infinite when it never did."""
        return self._monotonic() - self._accepted_at

    def start(self) -> None:
        """Probe now, and then every minute, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Probe no more."""
        self._is_stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def probe(self) -> None:
        """Call ``auth.test`` once."""
        try:
            self._client.auth_test()
        except SLACK_ERRORS as error:
            log.warning("slack does not know the bot", exc_info=error)
            return
        self._accepted_at = self._monotonic()

    def _run(self) -> None:
        self.probe()
        while not self._is_stopping.wait(PROBE_EVERY_SECONDS):
            self.probe()
