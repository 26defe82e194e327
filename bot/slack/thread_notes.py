"""Notes in a thread while an answer is worked out; each is gone once the answer is there."""

from contextlib import suppress
from functools import partial

from slack_sdk import WebClient

from bot.slack.failures import SLACK_ERRORS
from bot.slack.ids import is_direct_message
from bot.slack.working import WORKING, CallBack, nothing_left

_STATUS = "is working it out\u2026"


class ThreadNotes:
    """Tells a thread, or the person in it, that an answer takes a while."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def say(self, channel_id: str, thread_ts: str) -> CallBack:
        """Say so, and return what takes that back.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If Slack does not take it, or does not say.
        """
        if is_direct_message(channel_id) and self._set_status(channel_id, thread_ts):
            return nothing_left  # Slack takes it back at the next message
        said = self._client.chat_postMessage(channel=channel_id, thread_ts=thread_ts, text=WORKING)
        return partial(self.take_back, channel_id, str(said["ts"]))

    def take_back(self, channel_id: str, ts: str) -> None:
        """Take back what this process, or one that was stopped, has said.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If Slack does not, or does not say.
        """
        self._client.chat_delete(channel=channel_id, ts=ts)

    def _set_status(self, channel_id: str, thread_ts: str) -> bool:
        with suppress(*SLACK_ERRORS):  # only where the workspace has agents, who have a status
            self._client.assistant_threads_setStatus(
                channel_id=channel_id, thread_ts=thread_ts, status=_STATUS
            )
            return True
        return False
