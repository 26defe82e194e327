"""Threads that go on from a question, and what was last asked in them."""

from collections.abc import Iterable
from datetime import datetime

from bot.slack.ids import is_direct_message
from storage.conversations.questions import EVERYBODY, Thread, remember_question
from storage.store.engine import Store


def threads_of(channel_id: str, thread_ts: str, user_id: str) -> tuple[Thread, ...]:
    """List the threads that go on from what a person asks in one; none where that is none.

    A new message in their direct conversation goes on from the last question there, and on Home,
    which has no channel.
    """
    own = (Thread(channel_id=channel_id, thread_ts=thread_ts),) if thread_ts else ()
    is_theirs = not channel_id or is_direct_message(channel_id)
    return (*own, direct_thread(user_id)) if is_theirs else own


def direct_thread(user_id: str) -> Thread:
    """Name a person's direct conversation with the bot as a whole."""
    return Thread(channel_id=user_id)


def remember_asked(
    store: Store,
    threads: Iterable[Thread],
    question: str,
    *,
    seen_by: str = EVERYBODY,
    now: datetime,
) -> None:
    """Remember a question in each of some threads; for whom, `remember_question` says."""
    if every := tuple(threads):
        with store.write(ledger=False) as session:
            for thread in every:
                remember_question(session, thread, question, seen_by=seen_by, now=now)
