"""Messages that were heard: each is answered once, however often Slack sends it."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from storage.store.statements import count_changed, insert_new
from storage.tables.conversations import HeardMessageRow


def hear_once(session: Session, channel_id: str, ts: str, *, now: datetime) -> bool:
    """Tell whether a message is heard for the first time, and remember that it was."""
    new = insert_new(session, HeardMessageRow, channel_id=channel_id, ts=ts, heard_at=now)
    return new is not None


def note_answer(session: Session, channel_id: str, ts: str, *, answer_ts: str) -> None:
    """Remember the answer that a channel reads, so that it can be taken back."""
    session.execute(
        update(HeardMessageRow)
        .where(col(HeardMessageRow.channel_id) == channel_id, col(HeardMessageRow.ts) == ts)
        .values(answer_ts=answer_ts)
    )


def answer_stamps(session: Session, channel_id: str) -> list[str]:
    """List the time stamps of the answers in a channel's threads, the newest first."""
    answer = col(HeardMessageRow.answer_ts)
    found = session.scalars(
        select(answer).where(col(HeardMessageRow.channel_id) == channel_id, answer.is_not(None))
    )
    return sorted(map(str, found), reverse=True)


def forget_unanswered(session: Session, *, before: datetime) -> int:
    """Forget messages that no channel reads an answer to; return how many."""
    return count_changed(
        session,
        delete(HeardMessageRow).where(
            col(HeardMessageRow.heard_at) < before, col(HeardMessageRow.answer_ts).is_(None)
        ),
    )
