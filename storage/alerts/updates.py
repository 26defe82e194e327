"""Posted messages of alerts that are to be updated, because what they tell of has changed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from metrics.alerts.grouping import EpisodeKey
from metrics.alerts.states import ENDINGS, TransitionKind
from storage.delivery import outbox
from storage.tables.alerts import AlertNoticeRow, AlertTransitionRow
from storage.tables.delivery import OutboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An episode of an alert that a message tells its recipient of."""

    episode: EpisodeKey
    recipient_id: str


def update_told_of(
    session: Session, fingerprints: Iterable[str], *, to: str | None = None, now: datetime
) -> None:
    """Let the messages that tell of some alerts be updated; only those ``to`` one recipient."""
    notice = AlertNoticeRow
    where: ColumnElement[bool] = col(notice.fingerprint).in_(sorted(fingerprints))
    if to is not None:
        where &= col(notice.recipient_id) == to
    keys = select(col(notice.outbox_key)).where(where)
    outbox.want_updates(session, col(OutboxRow.dedupe_key).in_(keys), now=now)


def update_told_by(session: Session, rule_id: str, *, now: datetime) -> None:
    """Let the messages that tell of a rule's alerts be updated."""
    notice = AlertNoticeRow
    keys = select(col(notice.outbox_key)).where(col(notice.rule_id) == rule_id)
    outbox.want_updates(session, col(OutboxRow.dedupe_key).in_(keys), now=now)


def told_by(session: Session, outbox_key: str) -> tuple[Told, ...]:
    """Return the episodes that a message tells of."""
    row = AlertNoticeRow
    statement = select(col(row.fingerprint), col(row.episode), col(row.recipient_id)).where(
        col(row.outbox_key) == outbox_key
    )
    return tuple(
        Told(episode=(fingerprint, episode), recipient_id=recipient_id)
        for fingerprint, episode, recipient_id in session.execute(statement.distinct())
    )


def told_at(session: Session, channel_id: str, ts: str) -> tuple[EpisodeKey, ...]:
    """Return the episodes that the message of a place and time stamp tells of."""
    row, posted = AlertNoticeRow, OutboxRow
    statement = (
        select(col(row.fingerprint), col(row.episode))
        .join(posted, col(posted.dedupe_key) == col(row.outbox_key))
        .where(col(posted.slack_channel_id) == channel_id, col(posted.slack_ts) == ts)
        .order_by(col(row.fingerprint), col(row.episode))
    )
    found = session.execute(statement)
    return tuple(dict.fromkeys((fingerprint, episode) for fingerprint, episode in found))


def endings(
    session: Session, episodes: Collection[EpisodeKey]
) -> dict[EpisodeKey, tuple[TransitionKind, date | None]]:
    """Read the ends of episodes that are over, and the month whose figures ended them."""
    row = AlertTransitionRow
    statement = (
        select(col(row.fingerprint), col(row.episode), col(row.kind), col(row.period))
        .where(col(row.fingerprint).in_(sorted({fingerprint for fingerprint, _ in episodes})))
        .where(col(row.kind).in_(sorted(ENDINGS)))
        .order_by(col(row.id))
    )
    return {
        (fingerprint, episode): (TransitionKind(kind), period)
        for fingerprint, episode, kind, period in session.execute(statement)
        if (fingerprint, episode) in episodes
    }


def telling_of(session: Session, episodes: Collection[EpisodeKey]) -> set[str]:
    """Return the keys of the messages that tell of one of some episodes."""
    row = AlertNoticeRow
    statement = select(col(row.outbox_key), col(row.fingerprint), col(row.episode)).where(
        col(row.fingerprint).in_(sorted({fingerprint for fingerprint, _ in episodes}))
    )
    return {
        key
        for key, fingerprint, episode in session.execute(statement)
        if (fingerprint, episode) in episodes
    }
