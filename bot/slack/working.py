"""Says in a thread that an answer takes a while, and takes that back once it is there."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Timer

from slack_sdk import WebClient

from bot.slack.failures import SLACK_ERRORS
from bot.slack.ids import is_direct_message

LONG_SECONDS = 2.0
WORKING = "Working it out\u2026"
_STATUS = "is working it out\u2026"


class Working:
    """Tells people who wait, after two seconds of it."""

    def __init__(self, client: WebClient, *, after: float = LONG_SECONDS) -> None:
        self._client = client
        self._after = after

    @contextmanager
    def shown(self, channel_id: str, thread_ts: str) -> Iterator[None]:
        """Say so if the block takes long; nothing of it is left after the block."""
        note = _Note(self._client, channel_id, thread_ts)
        timer = Timer(self._after, note.show)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            note.take_back()

    def take_back(self, channel_id: str, ts: str) -> None:
        """Take back what a process that was stopped has said.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If Slack does not, or does not say.
        """
        self._client.chat_delete(channel=channel_id, ts=ts)


class _Note:
    def __init__(self, client: WebClient, channel_id: str, thread_ts: str) -> None:
        self._client = client
        self._channel_id = channel_id
        self._thread_ts = thread_ts
        self._lock = Lock()  # the timer may go off just as the answer is there
        self._is_over = False
        self._ts: str | None = None

    def show(self) -> None:
        with self._lock, suppress(*SLACK_ERRORS):
            if not self._is_over and not self._set_status():
                said = self._client.chat_postMessage(
                    channel=self._channel_id, thread_ts=self._thread_ts, text=WORKING
                )
                self._ts = said.get("ts")

    def take_back(self) -> None:
        with self._lock, suppress(*SLACK_ERRORS):
            self._is_over = True
            if self._ts is not None:
                self._client.chat_delete(channel=self._channel_id, ts=self._ts)

    def _set_status(self) -> bool:
        if not is_direct_message(self._channel_id):
            return False
        with suppress(*SLACK_ERRORS):  # only where the workspace has agents, who have a status
            self._client.assistant_threads_setStatus(
                channel_id=self._channel_id, thread_ts=self._thread_ts, status=_STATUS
            )
            return True  # Slack takes it back at the next message
        return False
