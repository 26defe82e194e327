"""The last question of each thread, from which the next one goes on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from storage.store.statements import count_changed
from storage.tables.conversations import LastQuestionRow

EVERYBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread of a channel; without a time stamp that with the person who is its channel."""

    channel_id: str
    thread_ts: str = ""


def remember_question(
    session: Session, thread: Thread, question: str, *, seen_by: str, now: datetime
) -> None:
    """Remember a question in place of the one before it.

    Parameters
    ----------
    question : str
        As `bot.questions.question.canonical_text` writes it.
    seen_by : str
        The id of the only person who was answered; `EVERYBODY` where the thread reads it.
    """
    session.merge(
        LastQuestionRow(
            channel_id=thread.channel_id,
            thread_ts=thread.thread_ts,
            seen_by=seen_by,
            question=question,
            asked_at=now,
        )
    )
    session.flush()


def last_question(session: Session, thread: Thread, user_id: str, *, since: datetime) -> str | None:
    """Find the last question of a thread whose answer a person has seen; None if there is none."""
    return session.scalar(
        select(col(LastQuestionRow.question))
        .where(
            col(LastQuestionRow.channel_id) == thread.channel_id,
            col(LastQuestionRow.thread_ts) == thread.thread_ts,
            col(LastQuestionRow.seen_by).in_((EVERYBODY, user_id)),
            col(LastQuestionRow.asked_at) >= since,
        )
        .order_by(col(LastQuestionRow.asked_at).desc())
        .limit(1)
    )


def forget_questions(session: Session, *, before: datetime) -> int:
    """Forget the questions that were asked before a moment; return how many."""
    return count_changed(
        session, delete(LastQuestionRow).where(col(LastQuestionRow.asked_at) < before)
    )
