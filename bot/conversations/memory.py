"""The memory of conversations: messages once heard, and each thread's last question."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversations.heard import HeardMessage
from bot.slack.threads import remember_asked, threads_of
from storage.conversations.heard import (
    OpenMessage,
    begin_answer,
    forget_unanswered,
    hear_once,
    note_answer,
    settle,
)
from storage.conversations.questions import forget_questions, last_question
from storage.store.engine import Store

KEPT = timedelta(days=30)
SITTING = timedelta(hours=8)
"""How long a direct conversation is about one thing: nothing but time parts its questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadMemory:
    """Reads and writes the store, each in a transaction of its own."""

    store: Store
    now: Callable[[], datetime]

    def hears_first(self, said: HeardMessage, *, patient: bool = True) -> bool:
        """Tell whether a message was not heard before; from now on its sender waits.

        ``patient`` is as in `storage.store.engine.Store.write`.
        """
        message = OpenMessage(
            channel_id=said.channel_id,
            ts=said.ts,
            user_id=said.user_id,
            thread_ts=said.thread.thread_ts,
        )
        with self.store.write(ledger=False, patient=patient) as session:
            return hear_once(session, message, now=self.now())

    def begins_answer(self, said: HeardMessage) -> bool:
        """Tell whether the sender of a message still waits; they are about to be answered then."""
        with self.store.write(ledger=False) as session:
            return begin_answer(session, said.channel_id, said.ts, now=self.now())

    def settle(self, said: HeardMessage) -> None:
        """Note that the sender of a message was answered."""
        with self.store.write(ledger=False) as session:
            settle(session, said.channel_id, said.ts)

    def question_before(self, said: HeardMessage) -> str | None:
        """Find the question that a message may go on from, of those that its sender has seen."""
        thread = said.goes_on_in
        since = self.now() - (KEPT if thread.thread_ts else SITTING)
        with self.store.read() as session:
            return last_question(session, thread, said.user_id, since=since)

    def remember(self, said: HeardMessage, question: str, *, seen_by: str) -> None:
        """Remember what was asked, before it is answered: the next message may come at once."""
        threads = threads_of(said.thread.channel_id, said.thread.thread_ts, said.user_id)
        remember_asked(self.store, threads, question, seen_by=seen_by, now=self.now())

    def note_answer(self, said: HeardMessage, ts: str) -> None:
        """Remember the time stamp of an answer that a channel reads."""
        with self.store.write(ledger=False) as session:
            note_answer(session, said.channel_id, said.ts, answer_ts=ts)

    def forget(self) -> None:
        """Forget what is older than thirty days; answers stay known, to be taken back."""
        before = self.now() - KEPT
        with self.store.write(ledger=False) as session:
            forget_questions(session, before=before)
            forget_unanswered(session, before=before)
