"""Slack's clock, by which whatever is compared with Slack's history goes."""

from datetime import datetime, timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.slack.client import slack_moment

MEASURE_EVERY = timedelta(minutes=1)


class SlackClock:
    """Tells the time as Slack does, by the measured difference to this machine's clock.

    Parameters
    ----------
    now : callable
        The moment by this machine's clock, or the database's.
    """

    def __init__(self, client: WebClient, *, now: Clock) -> None:
        self._client = client
        self._now = now
        self._ahead = timedelta()
        self._measured_at: datetime | None = None

    def now(self) -> datetime:
        """Compute the moment by Slack's clock, at most a second and one answer's time too early.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If Slack cannot be asked what time it is.
        """
        now = self._now()
        # a clock that is set goes by more than a minute at once, or by too little to matter
        if self._measured_at is None or abs(now - self._measured_at) >= MEASURE_EVERY:
            self._measure()
        return self._now() - self._ahead

    def ours(self, moment: datetime) -> datetime:
        """Convert a moment that Slack tells to this machine's clock.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If Slack cannot be asked what time it is.
        """
        return moment + (self._now() - self.now())

    def _measure(self) -> None:
        try:
            headers = self._client.auth_test().headers
        except SlackApiError as error:  # a refusal tells the time, too
            headers = error.response.headers
        moment = slack_moment(headers)
        if moment is None:
            return  # a machine in between took the time away: the clocks are taken to agree
        self._measured_at = self._now()
        self._ahead = self._measured_at - moment
