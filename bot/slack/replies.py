"""Answers that only the person who asked sees."""

from collections.abc import Callable
from http import HTTPStatus
from itertools import islice

from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.message import Message
from bot.slack.contents import Content, contents_of
from bot.slack.errors import SLACK_ERRORS
from bot.slack.failures import (
    Failure,
    FailureKind,
    UnansweredError,
    read_code,
    read_error,
    read_response,
)
from bot.slack.sent import Asker

MOST_USES = 2
"""Of the five that Slack allows of one response URL."""


class Replies:
    """Says something to one person, through the response URL of what they typed or clicked.

    Parameters
    ----------
    client : WebClient
        Has no retry handlers; says it as an ephemeral message when the URL is used up.
    timeout : int
        Seconds to wait for Slack.
    sleep : callable
        Waits that many seconds.
    """

    def __init__(
        self, client: WebClient, *, sleep: Callable[[float], None], timeout: int = 10
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._timeout = timeout

    def send(self, asker: Asker, message: Message) -> None:
        """Say it at most once.

        Raises
        ------
        UnansweredError
            If Slack refuses every way, or does not say whether it took it.
        """
        for content in islice(contents_of(message), MOST_USES):
            failure = self._use(asker, content)
            if failure is None:
                return
            if failure.kind is FailureKind.UNCLEAR:
                raise UnansweredError
            if failure.kind is not FailureKind.CONTENT:
                break
        self._say_in_channel(asker, message)

    def _use(self, asker: Asker, content: Content) -> Failure | None:
        failure = self._post(asker.response_url, content)
        if failure is not None and failure.is_short_wait:
            self._sleep(failure.wait_seconds)
            failure = self._post(asker.response_url, content)
        return failure

    def _post(self, url: str, content: Content) -> Failure | None:
        if not url:
            return Failure(kind=FailureKind.REFUSED)
        webhook = WebhookClient(url, timeout=self._timeout, retry_handlers=[])
        placed = {"response_type": "ephemeral", "replace_original": False}
        try:
            response = webhook.send_dict(placed | content.arguments())
        except SLACK_ERRORS as error:
            return read_error(error)
        code = read_code(response.body)
        if response.status_code == HTTPStatus.OK and not code:
            return None
        return read_response(response.status_code, code, response.headers)

    def _say_in_channel(self, asker: Asker, message: Message) -> None:
        for content in contents_of(message):
            try:
                self._client.chat_postEphemeral(
                    channel=asker.channel_id, user=asker.user_id, **content.arguments()
                )
            except SLACK_ERRORS as error:
                if read_error(error).kind is not FailureKind.CONTENT:
                    raise UnansweredError from error
            else:
                return
        raise UnansweredError
