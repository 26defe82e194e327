"""Posts a message with its mark, and finds a post again by it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.delivery.history import History
from bot.delivery.marks import Mark
from bot.delivery.verdicts import PostVerdict, Ruling, judge_error
from bot.message import Message, Variant
from bot.slack.client import SlackClient
from storage.delivery.parcels import Location

log = logging.getLogger("nrrbot.delivery")


class LeaseTooShortError(Exception):
    """Too little is left of a claim for a post to be answered within it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPosts:
    """Posts messages that can be found again: each has a mark made from its dedupe key."""

    client: SlackClient  # without retries: a post of unknown fate is looked for
    history: History
    secret: str  # the store's: others must not be able to make our marks

    def open_conversation(self, user_id: str) -> str:
        """Open the direct conversation with a person, and return its id."""
        opened = self.client.conversations_open(users=user_id)
        return str(opened["channel"]["id"])

    def find(
        self, channel_id: str, dedupe_key: str, *, since: datetime, thread_ts: str | None = None
    ) -> Location | None:
        """Find a message in the history of its conversation, or thread; None if it is not there.

        Raises
        ------
        SlackClientError, HTTPException, OSError
            If any page cannot be read. That is not a no.
        """
        mark = Mark.of(dedupe_key, secret=self.secret)
        ts = self.history.find(channel_id, mark, since=since, thread_ts=thread_ts)
        return None if ts is None else Location(channel_id=channel_id, ts=ts)

    def post(
        self,
        channel_id: str,
        message: Message,
        dedupe_key: str,
        *,
        may_go: Callable[[], bool],
        thread_ts: str | None = None,
    ) -> Location | PostVerdict:
        """Post a message once, in the best variant that Slack takes, and in its thread if any.

        Raises
        ------
        LeaseTooShortError
            If ``may_go``, asked before each call, says no; then Slack has no variant.
        """
        mark = Mark.of(dedupe_key, secret=self.secret)
        verdict = PostVerdict(ruling=Ruling.CONTENT, code="empty")
        for variant in message.variants():
            if not may_go():
                raise LeaseTooShortError
            answer = self._try(channel_id, variant, mark, thread_ts)
            if isinstance(answer, Location) or answer.ruling is not Ruling.CONTENT:
                return answer
            log.warning("content refused", extra={"result": answer.code})
            verdict = answer
        return verdict

    def _try(
        self, channel_id: str, variant: Variant, mark: Mark, thread_ts: str | None
    ) -> Location | PostVerdict:
        try:
            answer = self.client.chat_postMessage(
                channel=channel_id,
                metadata=mark.metadata,
                client_msg_id=mark.client_msg_id,
                thread_ts=thread_ts,
                **variant.arguments(),
            )
            return Location(channel_id=str(answer["channel"]), ts=str(answer["ts"]))
        except Exception as error:  # noqa: BLE001 - whatever it is, Slack may have the message
            return judge_error(error)
