"""Posts messages that a whole channel sees: once, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from slack_sdk import WebClient

from bot.message import Message, Variant
from bot.slack.failures import (
    NOT_INVITED,
    SLACK_ERRORS,
    Failure,
    FailureKind,
    RefusedError,
    UnclearError,
    again_after_short_wait,
    read_error,
)

NOT_PERMITTED = "restricted_action"
TOKEN_CODES = frozenset(
    {"token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message in a channel: the variant that Slack took, and its time stamp there."""

    variant: Variant
    ts: str


class ChannelPosts:
    """Posts in channels; ``invitation`` is the advice where the bot is not in one."""

    def __init__(
        self, client: WebClient, *, sleep: Callable[[float], None], invitation: str
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._invitation = invitation

    def post(self, channel_id: str, *messages: Message, thread_ts: str = "") -> Posted:
        """Post the first of ``messages`` that Slack takes, in a thread if one is named.

        Raises
        ------
        RefusedError
            If Slack took none, with one sentence on what to do.
        UnclearError
            If Slack did not say whether it took one; then no other is tried.
        """
        with_blocks = [one for message in messages for one in message.variants() if one.blocks]
        for variant in (*with_blocks, Variant(messages[-1].text)):
            send = partial(self._send, channel_id, variant, thread_ts)
            failure = again_after_short_wait(send, sleep=self._sleep)
            if not isinstance(failure, Failure):
                return Posted(variant=variant, ts=failure)
            if failure.kind is not FailureKind.CONTENT:
                raise self._error(failure)
        raise RefusedError("Slack does not take this message in any form")

    def _send(self, channel_id: str, variant: Variant, thread_ts: str) -> Failure | str:
        said = variant.arguments() | ({"thread_ts": thread_ts} if thread_ts else {})
        try:
            return str(self._client.chat_postMessage(channel=channel_id, **said).get("ts") or "")
        except SLACK_ERRORS as error:
            return read_error(error)

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
        if code.startswith(NOT_PERMITTED):  # Slack adds which setting of the channel it was
            return "this channel lets only some people post: ask its administrator to let me"
        if code in TOKEN_CODES:
            return "Slack does not accept this bot's token any more: tell your administrator"
        return "Slack did not take the message: try again, or tell your administrator"
