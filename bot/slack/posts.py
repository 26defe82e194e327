"""Messages that a whole channel sees: posted once, or not at all."""

from collections.abc import Callable, Iterable, Iterator

from slack_sdk import WebClient

from bot.message import Message
from bot.slack.contents import Content, contents_of
from bot.slack.errors import NOT_INVITED, SLACK_ERRORS
from bot.slack.failures import Failure, FailureKind, RefusedError, UnclearError, read_error

NOT_PERMITTED = "restricted_action"
TOKEN_CODES = frozenset(
    {"token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"}
)


class Posts:
    """Posts in channels.

    Parameters
    ----------
    client : WebClient
        Has no retry handlers: a message whose fate is unknown is not sent again.
    sleep : callable
        Waits that many seconds.
    invitation : str
        What to tell somebody in a channel that the bot is not in.
    """

    def __init__(
        self, client: WebClient, *, sleep: Callable[[float], None], invitation: str
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._invitation = invitation

    def post(self, channel_id: str, *messages: Message) -> Content:
        """Post the first of ``messages`` that Slack takes, and return what it took.

        Raises
        ------
        RefusedError
            If Slack took none, with one sentence on what to do.
        UnclearError
            If Slack did not say whether it took one; then no other is tried.
        """
        for content in _attempts(messages):
            failure = self._try(channel_id, content)
            if failure is None:
                return content
            if failure.kind is not FailureKind.CONTENT:
                raise self._error(failure)
        raise RefusedError("Slack does not take this message in any form")

    def _try(self, channel_id: str, content: Content) -> Failure | None:
        failure = self._send(channel_id, content)
        if failure is not None and failure.is_short_wait:
            self._sleep(failure.wait_seconds)
            failure = self._send(channel_id, content)
        return failure

    def _send(self, channel_id: str, content: Content) -> Failure | None:
        try:
            self._client.chat_postMessage(channel=channel_id, **content.arguments())
        except SLACK_ERRORS as error:
            return read_error(error)
        return None

    def _error(self, failure: Failure) -> RefusedError | UnclearError:
        match failure.kind:
            case FailureKind.UNCLEAR:
                return UnclearError()
            case FailureKind.RATE_LIMITED:
                return RefusedError(
                    f"Slack takes no more messages just now: try again in {failure.wait_seconds} s"
                )
            case _:
                return RefusedError(self._advice(failure.code))

    def _advice(self, code: str) -> str:
        if code in NOT_INVITED:
            return self._invitation
        if code == "is_archived":
            return "this channel is archived: nothing can be posted in it"
        if code.startswith(NOT_PERMITTED):
            return "this channel lets only some people post: ask its administrator to let me"
        if code in TOKEN_CODES:
            return "Slack does not accept this bot's token any more: tell your administrator"
        return "Slack did not take the message: try again, or tell your administrator"


def _attempts(messages: Iterable[Message]) -> Iterator[Content]:
    """Yield every form with blocks of every message, and the text alone last."""
    forms = [list(contents_of(message)) for message in messages]
    for form in forms:
        yield from form[:-1]
    yield forms[-1][-1]
