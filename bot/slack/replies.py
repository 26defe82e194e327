"""Answers that only the person who asked sees."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from itertools import islice
from typing import Any

from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.message import Message, Variant
from bot.slack.failures import (
    NOT_INVITED,
    SLACK_ERRORS,
    Failure,
    FailureKind,
    UnansweredError,
    again_after_short_wait,
    read_code,
    read_error,
    read_response,
)
from bot.slack.ids import is_channel
from bot.slack.sent import Asker
from bot.slack.working import WORKING, CallBack, nothing_left

MOST_USES = 2  # of the five that Slack allows of one response URL
_AT_ONCE = 1_000  # notes whose answers are still to come: more than may be worked on at once


class Replies:
    """Answers one person, through the response URL of their command or click while it works."""

    def __init__(
        self, client: WebClient, *, sleep: Callable[[float], None], timeout: int = 10
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._timeout = timeout
        self._noted = deque[str](maxlen=_AT_ONCE)  # response URLs that a note has used

    def send(self, asker: Asker, message: Message) -> None:
        """Send an answer at most once.

        Raises
        ------
        UnansweredError
            If Slack refuses every way, or does not say whether it took it.
        """
        uses = MOST_USES - (asker.response_url in self._noted)
        for variant in islice(message.variants(), uses):
            send = partial(self._use_response_url, asker, variant)
            failure = again_after_short_wait(send, sleep=self._sleep)
            if failure is None:
                return
            if failure.kind is FailureKind.UNCLEAR:
                raise UnansweredError  # it may be there: the other way would say it twice
            if failure.kind is not FailureKind.CONTENT:
                break
        self._post(asker, message)

    def note(self, asker: Asker) -> CallBack:
        """Say that an answer takes a while, and return what takes that back.

        What one person alone sees stays: through its response URL Slack replaces and deletes only
        the message that was clicked in.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If Slack does not take it, or does not say.
        """
        said = Variant(WORKING)
        if asker.response_url:
            if self._use_response_url(asker, said) is None:
                self._noted.append(asker.response_url)
            return nothing_left
        posted = self._post_to_them(asker, _in_thread(asker) | said.arguments())
        if "ts" not in posted:
            return nothing_left
        return partial(self._client.chat_delete, channel=posted["channel"], ts=posted["ts"])

    def _use_response_url(self, asker: Asker, variant: Variant) -> Failure | None:
        if not asker.response_url:
            return Failure(kind=FailureKind.REFUSED)
        webhook = WebhookClient(asker.response_url, timeout=self._timeout, retry_handlers=[])
        placed = {"response_type": "ephemeral", "replace_original": False}
        try:
            response = webhook.send_dict(placed | _in_thread(asker) | variant.arguments())
        except SLACK_ERRORS as error:
            return read_error(error)
        code = read_code(response.body)
        if response.status_code == HTTPStatus.OK and not code:
            return None
        return read_response(response.status_code, code, response.headers)

    def _post(self, asker: Asker, message: Message) -> None:
        failure = self._post_any(asker, message)
        if failure is not None and failure.code in NOT_INVITED:  # commands are typed anywhere
            failure = self._post_any(replace(asker, channel_id="", thread_ts=""), message)
        if failure is not None:
            raise UnansweredError

    def _post_any(self, asker: Asker, message: Message) -> Failure | None:
        """Post the first variant that Slack takes; the last failure where it takes none."""
        failure = None
        for variant in message.variants():
            send = partial(self._try_to_post, asker, variant)
            failure = again_after_short_wait(send, sleep=self._sleep)
            if failure is None or failure.kind is not FailureKind.CONTENT:
                break
        return failure

    def _try_to_post(self, asker: Asker, variant: Variant) -> Failure | None:
        try:
            self._post_to_them(asker, _in_thread(asker) | variant.arguments())
        except SLACK_ERRORS as error:
            return read_error(error)
        return None

    def _post_to_them(self, asker: Asker, said: dict[str, Any]) -> SlackResponse:
        # A thread of a direct message shows nothing that is for one alone, and Home has no channel.
        if is_channel(asker.channel_id) or (asker.channel_id and not asker.thread_ts):
            return self._client.chat_postEphemeral(
                channel=asker.channel_id, user=asker.user_id, **said
            )
        # nobody else is there
        return self._client.chat_postMessage(channel=asker.channel_id or asker.user_id, **said)


def _in_thread(asker: Asker) -> dict[str, str]:
    return {"thread_ts": asker.thread_ts} if asker.thread_ts else {}
