from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.channels.posts import stamps
from storage.conversations.heard import (
    OpenMessage,
    answer_stamps,
    begin_answer,
    forget_unanswered,
    hear_once,
    left_open,
    note_answer,
    settle,
)
from storage.conversations.questions import (
    EVERYBODY,
    Thread,
    forget_questions,
    last_question,
    remember_question,
)
from storage.store.engine import Store

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=31)
THREAD = Thread(channel_id="C1", thread_ts="1.0")


def message(ts: str) -> OpenMessage:
    return OpenMessage(channel_id="C1", ts=ts, user_id="U1", thread_ts="1.0")


def test_a_message_is_heard_once_and_another_one_too(store: Store) -> None:
    for ts, is_first in (("1.1", True), ("1.1", False), ("1.2", True)):
        with store.write(ledger=False) as session:
            assert hear_once(session, message(ts), now=NOW) is is_first


def test_whoever_waits_is_answered_by_one_alone_until_it_is_settled(store: Store) -> None:
    later = NOW + timedelta(seconds=1)
    with store.write(ledger=False) as session:
        hear_once(session, message("1.1"), now=LONG_AGO)
        hear_once(session, message("1.2"), now=NOW)

        assert left_open(session, before=NOW, most=9) == [message("1.1")]
        assert [begin_answer(session, "C1", "1.1", now=NOW) for _ in range(2)] == [True, False]
        assert left_open(session, before=NOW, most=9) == []  # it is being answered just now
        assert left_open(session, before=later, most=1) == [replace(message("1.1"), is_begun=True)]
        assert [settle(session, "C1", "1.1") for _ in range(2)] == [True, False]
        assert settle(session, "C1", "1.2")
        assert not begin_answer(session, "C1", "1.2", now=NOW)
        assert left_open(session, before=later, most=9) == []
        assert not hear_once(session, message("1.1"), now=later)


def test_the_last_question_is_of_its_thread_and_of_who_saw_the_answer(store: Store) -> None:
    with store.write(ledger=False) as session:
        remember_question(session, THREAD, "smb", seen_by=EVERYBODY, now=NOW)
        later = NOW + timedelta(seconds=1)
        remember_question(session, THREAD, "company", seen_by="U1", now=later)

        def last(thread: Thread, user_id: str, *, since: datetime = NOW) -> str | None:
            return last_question(session, thread, user_id, since=since)

        assert (last(THREAD, "U1"), last(THREAD, "U2")) == ("company", "smb")
        assert last(THREAD, "U2", since=later) is None
        assert last(Thread(channel_id="C1", thread_ts="2.0"), "U1") is None
        remember_question(session, THREAD, "why smb", seen_by=EVERYBODY, now=NOW)
        assert last(THREAD, "U2") == "why smb"


def test_after_thirty_days_all_is_forgotten_but_which_answers_stand_in_channels(
    store: Store,
) -> None:
    with store.write(ledger=False) as session:
        for at, ts in ((LONG_AGO, "1.1"), (LONG_AGO, "1.2"), (NOW, "1.3")):
            hear_once(session, message(ts), now=at)
            thread = Thread(channel_id="C1", thread_ts=ts)
            remember_question(session, thread, "smb", seen_by=EVERYBODY, now=at)
        note_answer(session, "C1", "1.2", answer_ts="1.25")

        before = NOW - timedelta(days=30)
        assert (
            forget_questions(session, before=before),
            forget_unanswered(session, before=before),
        ) == (2, 1)

        assert answer_stamps(session, "C1") == stamps(session, "C1") == ["1.25"]
        assert hear_once(session, message("1.1"), now=NOW)
        assert not hear_once(session, message("1.3"), now=NOW)
