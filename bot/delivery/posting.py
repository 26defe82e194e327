"""The one call that says something to a channel, and the forms it may take."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.delivery.marks import Mark
from bot.delivery.verdicts import Ruling, Verdict, judge_error
from bot.message import Message
from bot.slack.contents import Content, contents_of

log = logging.getLogger("nrrbot.delivery")


class LeaseTooShortError(Exception):
    """Too little is left of a claim for a post to be answered within it."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message is."""

    channel_id: str
    ts: str


class Posting:
    """Posts a message with its mark: in the best form that Slack takes.

    Parameters
    ----------
    client : WebClient
        Has no retry handlers, and gives up well before a claim runs out.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def post(
        self, channel_id: str, message: Message, mark: Mark, *, may_go: Callable[[], bool]
    ) -> Posted | Verdict:
        """Post once, or in the next form where Slack does not take the blocks.

        Parameters
        ----------
        may_go : callable
            Asked before each call.

        Raises
        ------
        LeaseTooShortError
            If it says no; then Slack has no form of it.
        """
        verdict = Verdict(ruling=Ruling.CONTENT, code="empty")
        for content in contents_of(message):
            if not may_go():
                raise LeaseTooShortError
            answer = self._try(channel_id, content, mark)
            if isinstance(answer, Posted) or answer.ruling is not Ruling.CONTENT:
                return answer
            log.warning("content refused", extra={"result": answer.code})
            verdict = answer
        return verdict

    def _try(self, channel_id: str, content: Content, mark: Mark) -> Posted | Verdict:
        said: dict[str, Any] = content.arguments()
        try:
            answer = self._client.chat_postMessage(
                channel=channel_id,
                metadata=mark.metadata,
                client_msg_id=mark.client_msg_id,
                **said,
            )
            return Posted(channel_id=str(answer["channel"]), ts=str(answer["ts"]))
        except Exception as error:  # noqa: BLE001 - whatever it is, Slack may have the message
            return judge_error(error)
