"""How long a question is gone on from."""

from datetime import UTC, datetime, timedelta

from bot.conversations.heard import HeardMessage
from bot.conversations.memory import ThreadMemory
from storage.store.engine import Store

ASKED = datetime(2026, 11, 23, 9, tzinfo=UTC)
QUESTION = "why segment:enterprise 2025-Q2"


def said(thread_ts: str = "", *, channel_id: str = "D1") -> HeardMessage:
    return HeardMessage(
        user_id="U1", channel_id=channel_id, ts="2.0", thread_ts=thread_ts, text="how's smb?"
    )


def later(store: Store, hours: int) -> ThreadMemory:
    return ThreadMemory(store=store, now=lambda: ASKED + timedelta(hours=hours))


def test_a_direct_message_of_the_next_day_begins_anew_and_a_thread_goes_on(
    sqlite_store: Store,
) -> None:
    """Who writes "how's smb?" on Tuesday means now, not the quarter that they asked of before."""
    for begun in (said("1.0"), said("1.0", channel_id="C1")):
        later(sqlite_store, 0).remember(begun, QUESTION, seen_by="U1")

    assert later(sqlite_store, 7).question_before(said()) == QUESTION
    assert later(sqlite_store, 23).question_before(said()) is None
    assert later(sqlite_store, 23).question_before(said("1.0")) == QUESTION
    assert later(sqlite_store, 23).question_before(said("1.0", channel_id="C1")) == QUESTION
