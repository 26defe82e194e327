"""Finds the bot's posts in a channel's history: one by its mark, or all of them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.delivery.marks import Mark

EARLIER = timedelta(minutes=5)  # history is read from before the first post
PAGE = 200
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Call = Callable[[], SlackResponse]


class History:
    """Reads the history of channels for posts of one bot."""

    def __init__(self, client: WebClient, *, bot_id: str) -> None:
        self._client = client
        self._bot_id = bot_id

    def find(
        self, channel_id: str, mark: Mark, *, since: datetime, thread_ts: str | None = None
    ) -> str | None:
        """Find the time stamp of the message with a mark; None if the channel, or thread, has none.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If any page cannot be read. That is not a no.
        """
        for message in self._messages(channel_id, since=since, thread_ts=thread_ts):
            if self._is_ours(message) and mark.is_on(message):
                return str(message["ts"])
        return None

    def own_posts(self, channel_id: str, *, call: Callable[[Call], SlackResponse]) -> Iterator[str]:
        """Yield the time stamps of the bot's posts in a channel, those of each thread first.

        ``call`` makes each call to Slack, and may make it again: reading twice harms nothing.
        """
        for message in self._messages(channel_id, since=LONG_AGO, call=call):
            ts = str(message["ts"])
            # A store that was restored from a backup does not know what it posted in threads.
            if message.get("reply_count"):
                thread = self._messages(channel_id, since=LONG_AGO, call=call, thread_ts=ts)
                ours = (str(one["ts"]) for one in thread if self._is_ours(one))
                yield from (one for one in ours if one != ts)
            if self._is_ours(message):
                yield ts

    def thread_posts(
        self, channel_id: str, thread_ts: str, *, since: datetime
    ) -> Iterator[dict[str, Any]]:
        """Yield the bot's posts in a thread since a moment, as Slack returns them.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If any page cannot be read. That is not a no.
        """
        thread = self._messages(channel_id, since=since, thread_ts=thread_ts)
        yield from (message for message in thread if self._is_ours(message))

    def _is_ours(self, message: dict[str, Any]) -> bool:
        # another app may copy a mark: only what has our bot id is ours
        return bool(self._bot_id) and message.get("bot_id") == self._bot_id

    def _messages(
        self,
        channel_id: str,
        *,
        since: datetime,
        call: Callable[[Call], SlackResponse] = lambda ask: ask(),
        thread_ts: str | None = None,
    ) -> Iterator[dict[str, Any]]:
        oldest = f"{(since - EARLIER).timestamp():.6f}"
        cursor: str | None = None
        read = (
            self._client.conversations_history
            if thread_ts is None
            else partial(self._client.conversations_replies, ts=thread_ts)
        )
        while True:
            page = call(
                partial(
                    read,
                    channel=channel_id,
                    oldest=oldest,
                    include_all_metadata=True,
                    limit=PAGE,
                    cursor=cursor,
                )
            )
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
