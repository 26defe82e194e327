"""Figures that each channel was shown, to announce those that have changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Self

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from metrics.rollup import Scope
from storage.channels.posts import deleted_at
from storage.delivery.parcels import State
from storage.tables.delivery import OutboxRow, PostedFigureRow
from storage.tables.ratios import ratio_text, read_ratio_text
from storage.tables.scopes import read_scope_text, scope_text

_NOT_SHOWN = frozenset({State.DEAD, State.SUSPENDED, State.SKIPPED_STALE})
"""States of a message that its channel will never see; one in doubt may be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedFigure:
    """NRR and GRR of a scope over ``[start, end)`` at one version of the data.

    Attributes
    ----------
    label : str
        The period's name in the post, such as ``2026-Q4 to date``.
    nrr, grr : Fraction, optional
        Ratios such as 1.01; None without opening MRR.
    """

    scope: Scope
    start: date
    end: date
    label: str
    nrr: Fraction | None
    grr: Fraction | None
    data_version: int

    @property
    def subject(self) -> tuple[Scope, date, str]:
        """The scope and period that it is about: of each the newest figure counts.

        A period to date is the same one week after week, and measured up to another day.
        """
        return tuple(sorted(self.scope)), self.start, self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFigure:
    """The newest figure that a channel was shown of a scope and period; it has a number."""

    number: int
    channel_id: str
    figure: PostedFigure
    posted_at: datetime | None = None

    @classmethod
    def of(cls, row: PostedFigureRow) -> Self:
        """Read a stored row."""
        figure = PostedFigure(
            scope=read_scope_text(row.scope),
            start=row.starts_on,
            end=row.ends_before,
            label=row.label,
            nrr=read_ratio_text(row.nrr),
            grr=read_ratio_text(row.grr),
            data_version=row.data_version,
        )
        return cls(
            number=row.id or 0,
            channel_id=row.channel_id,
            figure=figure,
            posted_at=row.posted_at,
        )


@dataclass(frozen=True, slots=True)
class PostedRecord:
    """A figure that was posted, and what became of the post.

    ``state`` is that of its message, ``shared`` for an answer that a person shared, ``deleted``
    where all posts of its channel were deleted later.
    """

    shown: ShownFigure
    state: str


def posted_of(session: Session, start: date, end: date, *, by: datetime) -> list[PostedRecord]:
    """List the figures of periods that end in ``(start, end]``, of every post, the oldest first.

    Parameters
    ----------
    by : datetime
        Those that were posted by this moment.
    """
    row = PostedFigureRow
    statement = (
        select(row, col(OutboxRow.state))
        .outerjoin(OutboxRow, col(OutboxRow.dedupe_key) == col(row.outbox_key))
        .where(col(row.ends_before) > start, col(row.ends_before) <= end)
        .where(col(row.posted_at) <= by)
        .order_by(col(row.id))
    )
    found = session.execute(statement).all()
    since = {known: deleted_at(session, known) for known in {one.channel_id for one, _ in found}}
    return [
        PostedRecord(
            ShownFigure.of(one),
            "deleted" if one.posted_at <= since[one.channel_id] else state or "shared",
        )
        for one, state in found
    ]


def remember(
    session: Session,
    channel_id: str,
    figures: Iterable[PostedFigure],
    *,
    outbox_key: str | None = None,
    now: datetime,
) -> None:
    """Remember figures that a channel is shown.

    Parameters
    ----------
    figures : iterable of PostedFigure
        Of one scope and period the last one counts.
    outbox_key : str, optional
        The dedupe key of the message that shows them: they count unless it is never sent. None
        for an answer that is in the channel already.
    """
    newest = {figure.subject: figure for figure in figures}
    for (scope, start, label), figure in newest.items():
        session.add(
            PostedFigureRow(
                channel_id=channel_id,
                scope=scope_text(scope),
                starts_on=start,
                ends_before=figure.end,
                label=label,
                nrr=ratio_text(figure.nrr),
                grr=ratio_text(figure.grr),
                data_version=figure.data_version,
                outbox_key=outbox_key,
                posted_at=now,
            )
        )


def last_shown(session: Session, channel_id: str | None = None) -> list[ShownFigure]:
    """List the newest figure of each scope and period that a channel was shown, or every channel.

    Those of messages that never went out, and of posts that were deleted, are left out.
    """
    row = PostedFigureRow
    is_seen = or_(col(row.outbox_key).is_(None), col(OutboxRow.state).not_in(_NOT_SHOWN))
    newest = (
        select(func.max(col(row.id)))
        .outerjoin(OutboxRow, col(OutboxRow.dedupe_key) == col(row.outbox_key))
        .where(is_seen)
        .group_by(col(row.channel_id), col(row.scope), col(row.starts_on), col(row.label))
    )
    statement = select(row).where(col(row.id).in_(newest)).order_by(col(row.id))
    if channel_id is not None:
        statement = statement.where(col(row.channel_id) == channel_id)
    found = session.scalars(statement).all()
    since = {known: deleted_at(session, known) for known in {one.channel_id for one in found}}
    return [ShownFigure.of(one) for one in found if one.posted_at > since[one.channel_id]]
