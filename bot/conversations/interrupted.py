"""Tells those whose question was left without an answer, by a stop or by Slack, once."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.clock import Clock
from bot.conversations.in_channel import SENT_ALONE
from bot.delivery.history import History
from bot.delivery.parcels import message_parcel
from bot.message import Message
from bot.slack.failures import SLACK_ERRORS
from bot.slack.ids import is_direct_message
from bot.slack.thread_notes import ThreadNotes
from bot.slack.working import WORKING
from storage.conversations.heard import OpenMessage, answer_stamps, left_open, settle
from storage.delivery import outbox
from storage.store.engine import Store

PATIENCE = timedelta(minutes=2)
"""No answer takes as long: whoever waits longer is answered by nobody any more."""
MOST_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """Looks for messages that nobody answers any more.

    Their texts are not stored, so their senders are asked to ask again.
    """

    store: Store
    notes: ThreadNotes
    history: History
    team_id: str
    now: Clock

    def tell(self) -> bool:
        """Tell some of those who wait; True if there may be more."""
        with self.store.read() as session:
            found = left_open(session, before=self.now() - PATIENCE, most=MOST_AT_ONCE)
        for message in found:
            self._tell(message)
        return len(found) == MOST_AT_ONCE

    def _tell(self, message: OpenMessage) -> None:
        is_answered = self._clear(message)
        now = self.now()
        with self.store.write(ledger=False) as session:
            if settle(session, message.channel_id, message.ts) and not is_answered:
                parcel = message_parcel(
                    Message(_words(message)),
                    dedupe_key=f"unanswered:{self.team_id}:{message.channel_id}:{message.ts}",
                    team_id=self.team_id,
                    to=message.user_id,
                    now=now,
                )
                outbox.enqueue(session, parcel, now=now)

    def _clear(self, message: OpenMessage) -> bool:
        """Tell whether an answer stands in the thread; take back that one was being worked out."""
        with suppress(*SLACK_ERRORS):  # what cannot be looked up is told: an answer may be there
            posts = self._posts(message)
            for ts in (ts for ts, text in posts.items() if text == WORKING):
                self.notes.take_back(message.channel_id, ts)
            is_none = (text == WORKING or text.startswith(SENT_ALONE) for text in posts.values())
            return message.is_begun and not all(is_none)
        return False

    def _posts(self, message: OpenMessage) -> dict[str, str]:
        """Read what the bot has posted in the thread since, but for answers to other messages."""
        since = datetime.fromtimestamp(float(message.ts), UTC)
        with self.store.read() as session:
            others = set(answer_stamps(session, message.channel_id))
        posts = self.history.thread_posts(message.channel_id, message.thread_ts, since=since)
        texts = {str(post["ts"]): str(post.get("text", "")) for post in posts}
        return {ts: text for ts, text in texts.items() if ts > message.ts and ts not in others}


def _words(message: OpenMessage) -> str:
    is_direct = is_direct_message(message.channel_id)
    asked = "your last question" if is_direct else f"what you asked in <#{message.channel_id}>"
    if message.is_begun:
        return f"My answer to {asked} may not have arrived: if it is not there, ask me again."
    return f"I was stopped before I could answer {asked}: ask me again."
