"""Messages that were heard: each is answered once, however often Slack sends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlmodel import Session, col

from storage.store.statements import count_changed, insert_new
from storage.tables.conversations import HeardMessageRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMessage:
    """A message whose sender waits; its answer was begun if some of it may have been sent."""

    channel_id: str
    ts: str
    user_id: str
    thread_ts: str
    is_begun: bool = False


def hear_once(session: Session, message: OpenMessage, *, now: datetime) -> bool:
    """Tell whether a message is heard for the first time, and remember that its sender waits."""
    new = insert_new(
        session,
        HeardMessageRow,
        channel_id=message.channel_id,
        ts=message.ts,
        heard_at=now,
        user_id=message.user_id,
        thread_ts=message.thread_ts,
    )
    return new is not None


def begin_answer(session: Session, channel_id: str, ts: str, *, now: datetime) -> bool:
    """Note that an answer is about to be sent; False if its sender waits for none any more."""
    is_free = col(HeardMessageRow.user_id).is_not(None), col(HeardMessageRow.answering_at).is_(None)
    statement = update(HeardMessageRow).where(*_is(channel_id, ts), *is_free)
    return count_changed(session, statement.values(answering_at=now)) == 1


def settle(session: Session, channel_id: str, ts: str) -> bool:
    """Note that the sender of a message waits no more; False if they did not."""
    statement = update(HeardMessageRow).where(
        *_is(channel_id, ts), col(HeardMessageRow.user_id).is_not(None)
    )
    return count_changed(session, statement.values(user_id=None, thread_ts=None)) == 1


def left_open(session: Session, *, before: datetime, most: int) -> Sequence[OpenMessage]:
    """List messages whose senders have waited since before a moment, the oldest first."""
    row = HeardMessageRow
    since = func.coalesce(col(row.answering_at), col(row.heard_at))
    found = session.scalars(
        select(row)
        .where(col(row.user_id).is_not(None), since < before)
        .order_by(col(row.heard_at), col(row.ts))
        .limit(most)
    )
    return [_open_message(one) for one in found]


def note_answer(session: Session, channel_id: str, ts: str, *, answer_ts: str) -> None:
    """Remember the answer that a channel reads, so that it can be taken back; nobody waits now."""
    statement = update(HeardMessageRow).where(*_is(channel_id, ts))
    session.execute(statement.values(answer_ts=answer_ts, user_id=None, thread_ts=None))


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


def _is(channel_id: str, ts: str) -> tuple[ColumnElement[bool], ...]:
    return col(HeardMessageRow.channel_id) == channel_id, col(HeardMessageRow.ts) == ts


def _open_message(row: HeardMessageRow) -> OpenMessage:
    return OpenMessage(
        channel_id=row.channel_id,
        ts=row.ts,
        user_id=row.user_id or "",
        thread_ts=row.thread_ts or row.ts,
        is_begun=row.answering_at is not None,
    )
