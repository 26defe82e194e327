"""Whether Slack knows the bot, asked every minute."""

import logging
from collections.abc import Callable
from datetime import datetime
from math import inf
from threading import Event, Thread

from slack_sdk import WebClient

from bot.slack.clock import slack_moment
from bot.slack.errors import SLACK_ERRORS

EVERY_SECONDS = 60
PATIENCE_SECONDS = 1
"""How long a stop waits for a question to Slack that is under way; it changes nothing there."""

log = logging.getLogger("nrrbot.pulse")


class Pulse:
    """Asks Slack who the bot is, and what time it is there, from `start` until `stop`.

    Parameters
    ----------
    client : WebClient
        Asks ``auth.test``.
    heard : callable
        Is told what time it is at Slack.
    monotonic : callable
        Seconds that no clock change moves.
    """

    def __init__(
        self,
        client: WebClient,
        *,
        heard: Callable[[datetime], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._client, self._heard, self._monotonic = client, heard, monotonic
        self._felt_at = -inf
        self._is_stopping = Event()
        self._thread = Thread(target=self._run, name="pulse", daemon=True)

    def silence(self) -> float:
        """Return how many seconds ago Slack last knew the bot; infinite when it never did."""
        return self._monotonic() - self._felt_at

    def start(self) -> None:
        """Ask now, and then every minute, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._is_stopping.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE_SECONDS)

    def feel(self) -> None:
        """Ask once."""
        try:
            known = self._client.auth_test()
        except SLACK_ERRORS as error:
            log.warning("slack does not know the bot", exc_info=error)
            return
        self._felt_at = self._monotonic()
        if (moment := slack_moment(known.headers)) is not None:
            self._heard(moment)

    def _run(self) -> None:
        self.feel()
        while not self._is_stopping.wait(EVERY_SECONDS):
            self.feel()
