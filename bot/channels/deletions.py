"""Takes the bot's own posts back from a channel: every one, as fast as Slack allows."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TypeVar

from slack_sdk import WebClient

from bot.delivery.history import History
from bot.slack.failures import SLACK_ERRORS, FailureKind, read_error

GONE = "message_not_found"
KEPT = frozenset({"cant_delete_message", "compliance_exports_prevent_deletion"})
"""Slack's words for a message that stays, whatever the bot does."""
PATIENCE_SECONDS = 600
"""How long all waits together may take; Slack lets fifty deletions through in a minute."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """The result for the posts of a channel.

    Attributes
    ----------
    count : int
        The posts that are gone by this.
    refused : int
        The posts that Slack keeps.
    stopped_by : str, optional
        Slack's word for why not all were tried, empty if it had none; None if all were.
    """

    count: int
    refused: int = 0
    stopped_by: str | None = None


class StoppedError(Exception):
    """Slack refused a call; ``is_repeated`` if an earlier try of it may have succeeded."""

    def __init__(self, code: str, *, is_repeated: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_repeated = is_repeated


class Deletions:
    """Deletes posts; a post that is gone already is no failure, so it can be done again.

    Parameters
    ----------
    client : WebClient
        Has no retry handlers.
    bot_id : str
        The bot's own id: nobody else's posts are touched.
    sleep : callable
        Waits that many seconds.
    """

    def __init__(self, client: WebClient, *, bot_id: str, sleep: Callable[[float], None]) -> None:
        self._client = client
        self._history = History(client, bot_id=bot_id)
        self._sleep = sleep

    def delete_all(self, channel_id: str, known: Iterable[str]) -> Deleted:
        """Delete the bot's posts in a channel.

        Parameters
        ----------
        known : iterable of str
            Their time stamps, as far as the store has them: answers that people shared are looked
            for in history.
        """
        caller = _PatientCaller(self._sleep)
        is_gone: dict[str, bool | None] = {}
        stopped_by = None
        try:
            # Known posts first: they go even where history cannot be read.
            for stamp in chain(known, self._in_history(channel_id, caller)):
                if stamp not in is_gone:
                    is_gone[stamp] = self._delete(channel_id, stamp, caller)
        except StoppedError as stop:
            stopped_by = stop.code
        total = Counter(is_gone.values())
        return Deleted(count=total[True], refused=total[False], stopped_by=stopped_by)

    def _in_history(self, channel_id: str, caller: "_PatientCaller") -> Iterator[str]:
        # All pages are read before any post is deleted: a history that shrinks has other pages.
        yield from list(self._history.own_posts(channel_id, call=caller.call))

    def _delete(self, channel_id: str, stamp: str, caller: "_PatientCaller") -> bool | None:
        """Tell whether a post is gone by this; None if it was gone before."""
        try:
            caller.call(partial(self._client.chat_delete, channel=channel_id, ts=stamp))
        except StoppedError as stop:
            if stop.code == GONE:
                return True if stop.is_repeated else None
            if stop.code in KEPT:
                return False
            raise
        return True


class _PatientCaller:
    """Makes calls that may be repeated, as patiently as Slack wants, until patience ends."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._left = float(PATIENCE_SECONDS)

    def call(self, call: Callable[[], T]) -> T:
        """Return the answer to a call.

        Raises
        ------
        StoppedError
            If Slack refuses it, or does not answer a second time.
        """
        is_repeated = False
        while True:
            try:
                return call()
            except SLACK_ERRORS as error:
                failure = read_error(error)
                if failure.kind is FailureKind.RATE_LIMITED:
                    self._wait(failure.wait_seconds)
                elif failure.kind is FailureKind.UNCLEAR and not is_repeated:
                    is_repeated = True  # a deletion can be done twice, unlike a post
                else:
                    raise StoppedError(failure.code, is_repeated=is_repeated) from error

    def _wait(self, seconds: int) -> None:
        self._left -= seconds
        if self._left < 0:
            raise StoppedError("ratelimited")
        self._sleep(seconds)
