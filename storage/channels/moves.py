"""Gives a channel its new id: Slack changes it when a private channel is about to be shared."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from storage.alerts.rules import list_records, set_recipients
from storage.store.statements import count_changed, insert_new
from storage.tables.access import ChannelApprovalRow
from storage.tables.alerts import AlertNoticeRow
from storage.tables.delivery import OutboxRow, PostedFigureRow, SubscriptionRow


def move_channel(session: Session, old: str, new: str, *, now: datetime) -> int:
    """Rename a channel in all tables but the audit, which keeps the id of its time; count rows."""
    subscription, message = col(SubscriptionRow.channel_id), col(OutboxRow.channel_id)
    posted, figure = col(OutboxRow.slack_channel_id), col(PostedFigureRow.channel_id)
    moved = (
        update(SubscriptionRow).where(subscription == old).values(channel_id=new, changed_at=now),
        update(OutboxRow).where(message == old).values(channel_id=new),
        update(OutboxRow).where(posted == old).values(slack_channel_id=new),
        update(PostedFigureRow).where(figure == old).values(channel_id=new),
    )
    return (
        sum(count_changed(session, statement) for statement in moved)
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
        recipients = tuple(dict.fromkeys(renamed))  # both ids may have been named
        set_recipients(session, record.rule.rule_id, recipients, now=now)
    return len(named)


def _move_notices(session: Session, old: str, new: str) -> int:
    # the new id counts as notified: it is to hear how an alert ends, and not of it again
    is_old = col(AlertNoticeRow.recipient_id) == old
    rows = session.scalars(select(AlertNoticeRow).where(is_old)).all()
    for row in rows:
        key = f"{row.dedupe_key.removesuffix(old)}{new}"
        insert_new(
            session, AlertNoticeRow, **row.model_dump() | {"dedupe_key": key, "recipient_id": new}
        )
    session.execute(delete(AlertNoticeRow).where(is_old))
    return len(rows)
