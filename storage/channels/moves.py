"""Giving a channel its new id: Slack changes it for good when a private channel is to be shared."""

from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, select, update
from sqlmodel import Session, col

from storage.alerts.rules import list_records, set_recipients
from storage.store.statements import insert_new
from storage.tables.access import ChannelApprovalRow
from storage.tables.alerts import AlertNoticeRow
from storage.tables.delivery import OutboxRow, SubscriptionRow


def move_channel(session: Session, old: str, new: str, *, now: datetime) -> int:
    """Let everything that names a channel by its old id name it by its new one; return how much.

    The audit goes on saying what it was called at the time.
    """
    subscription, message = col(SubscriptionRow.channel_id), col(OutboxRow.channel_id)
    posted = col(OutboxRow.slack_channel_id)
    moved = (
        update(SubscriptionRow).where(subscription == old).values(channel_id=new, changed_at=now),
        update(OutboxRow).where(message == old).values(channel_id=new),
        update(OutboxRow).where(posted == old).values(slack_channel_id=new),
    )
    results: list[CursorResult[Any]] = [session.execute(statement) for statement in moved]  # type: ignore[misc]
    return (
        sum(result.rowcount for result in results)
        + _move_approvals(session, old, new)
        + _move_recipients(session, old, new, now=now)
        + _move_notices(session, old, new)
    )


def _move_approvals(session: Session, old: str, new: str) -> int:
    is_old = col(ChannelApprovalRow.channel_id) == old
    rows = session.scalars(select(ChannelApprovalRow).where(is_old)).all()
    for row in rows:
        insert_new(session, ChannelApprovalRow, **row.model_dump() | {"channel_id": new})
    session.execute(delete(ChannelApprovalRow).where(is_old))
    return len(rows)


def _move_recipients(session: Session, old: str, new: str, *, now: datetime) -> int:
    named = [record for record in list_records(session) if old in record.recipients]
    for record in named:
        renamed = (new if one == old else one for one in record.recipients)
        told = tuple(dict.fromkeys(renamed))
        set_recipients(session, record.rule.rule_id, told, now=now)
    return len(named)


def _move_notices(session: Session, old: str, new: str) -> int:
    """Let the new id be the one that was told: it is to hear how that ends, and not of it again."""
    is_old = col(AlertNoticeRow.recipient_id) == old
    rows = session.scalars(select(AlertNoticeRow).where(is_old)).all()
    for row in rows:
        key = f"{row.dedupe_key.removesuffix(old)}{new}"
        insert_new(
            session, AlertNoticeRow, **row.model_dump() | {"dedupe_key": key, "recipient_id": new}
        )
    session.execute(delete(AlertNoticeRow).where(is_old))
    return len(rows)
