"""Taking the bot's own posts back from a channel: every one, as fast as Slack allows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_sdk import WebClient

from bot.delivery.history import History
from bot.slack.failures import SLACK_ERRORS, FailureKind, read_error

GONE = "message_not_found"
KEPT = frozenset({"cant_delete_message", "compliance_exports_prevent_deletion"})
"""Slack's words for a message that stays, whatever we do."""
PATIENCE_SECONDS = 600
"""How long all waits together may take; Slack lets fifty go in a minute."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """What became of the posts of a channel.

    Attributes
    ----------
    count : int
        How many are gone by this.
    refused : int
        How many Slack keeps.
    stopped_by : str, optional
        Slack's word for why not all were tried, empty if it had none; None if all were.
    """

    count: int
    refused: int = 0
    stopped_by: str | None = None


class StoppedError(Exception):
    """Slack does not let us go on; the text is its word for why."""


class Deletions:
    """Deletes posts; what is gone already is no failure, so it can be done again.

    Parameters
    ----------
    client : WebClient
        Has no retry handlers.
    bot_id : str
        Who we are: nothing of anybody else is touched.
    sleep : callable
        Waits that many seconds.
    """

    def __init__(self, client: WebClient, *, bot_id: str, sleep: Callable[[float], None]) -> None:
        self._client = client
        self._history = History(client, bot_id=bot_id)
        self._sleep = sleep

    def delete_all(self, channel_id: str, known: Iterable[str]) -> Deleted:
        """Delete the posts of ours in a channel.

        Parameters
        ----------
        known : iterable of str
            Their time stamps, as far as we have them: shared answers are looked for in history.
        """
        going = _Going(self._sleep)
        count = refused = 0
        tried: set[str] = set()
        try:
            for stamps in (known, self._shown(channel_id, going)):
                for stamp in stamps:
                    if stamp in tried:
                        continue
                    tried.add(stamp)
                    is_gone = self._delete(channel_id, stamp, going)
                    count, refused = count + (is_gone is True), refused + (is_gone is False)
        except StoppedError as stop:
            return Deleted(count=count, refused=refused, stopped_by=str(stop))
        return Deleted(count=count, refused=refused)

    def _shown(self, channel_id: str, going: "_Going") -> Iterable[str]:
        """Yield what history shows of ours; all of it is read before anything of it is deleted."""
        yield from list(self._history.ours(channel_id, asking=going.on))

    def _delete(self, channel_id: str, stamp: str, going: "_Going") -> bool | None:
        """Tell whether a post is gone by this; None if it was gone before."""
        call = lambda: self._client.chat_delete(channel=channel_id, ts=stamp)  # noqa: E731
        code, is_repeated = going.attempt(call)
        if code == GONE:
            return True if is_repeated else None
        return code == ""


class _Going:
    """Makes calls that may be repeated, as patiently as Slack wants, until patience ends."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._left = float(PATIENCE_SECONDS)

    def on(self, call: Callable[[], T]) -> T:
        """Return what a call answers.

        Raises
        ------
        StoppedError
            If it cannot be made.
        """
        answer: list[T] = []
        code, _ = self.attempt(lambda: answer.append(call()))
        if not answer:
            raise StoppedError(code)
        return answer[0]

    def attempt(self, call: Callable[[], Any]) -> tuple[str, bool]:
        """Make a call; return Slack's word for a refusal, and whether it was in doubt before.

        Raises
        ------
        StoppedError
            If Slack refuses everything, or does not answer a second time.
        """
        is_repeated = False
        while True:
            try:
                call()
            except SLACK_ERRORS as error:
                failure = read_error(error)
                if failure.kind is FailureKind.RATE_LIMITED:
                    self._wait(failure.wait_seconds)
                elif failure.kind is FailureKind.UNCLEAR and not is_repeated:
                    is_repeated = True
                elif failure.code in KEPT | {GONE}:
                    return failure.code, is_repeated
                else:
                    raise StoppedError(failure.code) from error
            else:
                return "", is_repeated

    def _wait(self, seconds: int) -> None:
        self._left -= seconds
        if self._left < 0:
            raise StoppedError("ratelimited")
        self._sleep(seconds)
