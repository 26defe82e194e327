"""Looking in a channel's history for a message that Slack may have taken."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot.delivery.marks import Mark

EARLIER = timedelta(minutes=5)
"""How much before the first attempt history is read from: clocks differ."""
PAGE = 200


class History:
    """Reads channels.

    Parameters
    ----------
    client : WebClient
        Has no retry handlers.
    bot_id : str
        Who we are: what another app posts with our mark is not ours.
    """

    def __init__(self, client: WebClient, *, bot_id: str) -> None:
        self._client = client
        self._bot_id = bot_id

    def find(self, channel_id: str, mark: Mark, *, since: datetime) -> str | None:
        """Return the time stamp of the message with a mark; None if the channel has none.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If any page cannot be read. That is not a no.
        """
        for message in self._messages(channel_id, since=since):
            if message.get("bot_id") == self._bot_id and mark.is_on(message):
                return str(message["ts"])
        return None

    def _messages(self, channel_id: str, *, since: datetime) -> Iterator[dict[str, Any]]:
        oldest = f"{(since - EARLIER).timestamp():.6f}"
        cursor: str | None = None
        while True:
            page = self._client.conversations_history(
                channel=channel_id,
                oldest=oldest,
                include_all_metadata=True,
                limit=PAGE,
                cursor=cursor,
            )
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
