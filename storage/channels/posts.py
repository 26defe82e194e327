"""The bot's posts in each channel, as far as the store knows, and how a channel was shared."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from storage.conversations.heard import answer_stamps
from storage.tables.audit import AuditRow
from storage.tables.delivery import OutboxRow, SubscriptionRow, SubscriptionState

# actions in the audit: a channel was found to be shared, found to be so no more, and emptied
SHARED, UNSHARED, DELETED = "channel_shared", "channel_unshared", "posts_deleted"
_FIGURES = ("digest", "thread", "alert", "restatement")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_CHANNEL = ("C", "G")  # ids of channels begin so; those of people and direct conversations do not


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSharing:
    """Sharing of a channel as last found; ``number`` is its audit entry, 0 if there is none."""

    number: int = 0
    is_shared: bool = False


def known_channels(session: Session) -> set[str]:
    """Find the channels that have figures of ours, or may get some."""
    subscribed = select(col(SubscriptionRow.channel_id)).where(
        col(SubscriptionRow.state) != SubscriptionState.REMOVED
    )
    sent = select(col(OutboxRow.slack_channel_id)).where(
        col(OutboxRow.slack_ts).is_not(None), col(OutboxRow.kind).in_(_FIGURES)
    )
    noted = select(col(AuditRow.channel)).where(_is_share() | _is_of((SHARED, UNSHARED)))
    found = (
        channel_id
        for statement in (subscribed, sent, noted)
        for channel_id in session.scalars(statement.distinct())
    )
    return {channel_id for channel_id in found if channel_id and channel_id.startswith(_CHANNEL)}


def sharings(session: Session) -> dict[str, ChannelSharing]:
    """Read the sharing of each channel that was ever found to be shared."""
    statement = (
        select(col(AuditRow.channel), col(AuditRow.id), col(AuditRow.action))
        .where(_is_of((SHARED, UNSHARED)), col(AuditRow.channel).is_not(None))
        .order_by(col(AuditRow.id))  # the newest of a channel is read last, and stays
    )
    return {
        str(channel_id): ChannelSharing(number=number, is_shared=action == SHARED)
        for channel_id, number, action in session.execute(statement)
    }


def stamps(session: Session, channel_id: str) -> list[str]:
    """List the time stamps of posts in a channel, and in its threads, without shared answers."""
    statement = select(col(OutboxRow.slack_ts)).where(*_is_there(session, channel_id))
    found = session.scalars(statement.order_by(col(OutboxRow.id).desc()))
    return [*filter(None, found), *answer_stamps(session, channel_id)]


def count_posts(session: Session, channel_id: str) -> int:
    """Count the posts in a channel, shared answers too, that were not deleted since."""
    since = deleted_at(session, channel_id)
    sent = select(func.count()).where(*_is_there(session, channel_id))
    shared = select(func.count()).where(
        _is_share(), col(AuditRow.channel) == channel_id, col(AuditRow.at) > since
    )
    return (session.scalar(sent) or 0) + (session.scalar(shared) or 0)


def deleted_at(session: Session, channel_id: str) -> datetime:
    """Find when the posts in a channel were last deleted; long ago if they never were."""
    statement = select(func.max(col(AuditRow.at))).where(
        _is_of((DELETED,)), col(AuditRow.channel) == channel_id
    )
    return session.scalar(statement) or _LONG_AGO


def _is_there(session: Session, channel_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OutboxRow.slack_ts).is_not(None),
        col(OutboxRow.slack_channel_id) == channel_id,
        col(OutboxRow.sent_at) > deleted_at(session, channel_id),
    )


def _is_of(actions: Collection[str]) -> ColumnElement[bool]:
    return col(AuditRow.action).in_(actions)


def _is_share() -> ColumnElement[bool]:
    return (col(AuditRow.action) == "share") & (col(AuditRow.decision) == "allow")
