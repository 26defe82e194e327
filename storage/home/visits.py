"""Visits of the Home tab: what each person sees there, and whether anything of it has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlmodel import Session, col

from storage.delivery.parcels import State
from storage.tables.alerts import (
    AlertActionRow,
    AlertEvaluationRow,
    AlertMuteRow,
    AlertRuleRow,
    AlertTransitionRow,
)
from storage.tables.audit import AuditRow
from storage.tables.delivery import OutboxRow, SubscriptionRow
from storage.tables.home import HomeVisitRow
from storage.tables.ledger import ImportRun

Signature = tuple[int | datetime | None, ...]
ASK = "ask"
_SETTLED = (State.SENT, State.SKIPPED_STALE, State.SUSPENDED)


def signature(session: Session) -> Signature:
    """Read numbers of which one is another as soon as data, rights, alerts or digests change."""
    unsettled = col(OutboxRow.state).not_in(_SETTLED)
    statements = (
        select(func.max(col(ImportRun.data_version))),
        # questions are audited, too, and change nothing
        select(func.max(col(AuditRow.id))).where(col(AuditRow.action) != ASK),
        select(func.max(col(AlertRuleRow.changed_at))),
        select(func.max(col(AlertEvaluationRow.evaluated_at))),
        select(func.max(col(AlertTransitionRow.id))),
        select(func.max(col(AlertActionRow.id))),
        select(func.count()).select_from(AlertMuteRow),
        select(func.max(col(SubscriptionRow.changed_at))),
        select(func.count()).where(unsettled),
    )
    return tuple(session.scalar(statement) for statement in statements)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeVisit:
    """The Home tab as one person sees it.

    Attributes
    ----------
    fingerprint : str, optional
        A hash of its content; None where it is not known what they see.
    view_hash : str, optional
        Slack's word for the version of the view that it was.
    """

    user_id: str
    fingerprint: str | None = None
    view_hash: str | None = None


def visit_of(session: Session, user_id: str) -> HomeVisit | None:
    """Find what a person sees; None where they never opened the tab."""
    row = session.get(HomeVisitRow, user_id)
    return None if row is None else _visit(row)


def note_opened(session: Session, user_id: str, *, now: datetime) -> None:
    """Note that a person opened the tab just now."""
    row = session.get(HomeVisitRow, user_id)
    if row is None:
        session.add(HomeVisitRow(user_id=user_id, opened_at=now, checked_at=now))
    else:
        row.opened_at = now
    session.flush()


def note_shown(session: Session, visit: HomeVisit, *, now: datetime) -> None:
    """Note what a person sees by now; nothing where they never opened the tab."""
    row = session.get(HomeVisitRow, visit.user_id)
    if row is not None:
        row.fingerprint, row.view_hash, row.checked_at = visit.fingerprint, visit.view_hash, now
        session.flush()


def due_visits(session: Session, *, changed_at: datetime, most: int) -> Sequence[HomeVisit]:
    """List those to look after since a change, whoever was looked after longest ago first.

    Those of whom it is not known what they see are among them.
    """
    is_unknown = col(HomeVisitRow.fingerprint).is_(None)
    statement = (
        select(HomeVisitRow)
        .where(or_(col(HomeVisitRow.checked_at) < changed_at, is_unknown))
        .order_by(col(HomeVisitRow.checked_at), col(HomeVisitRow.user_id))
        .limit(most)
    )
    return [_visit(row) for row in session.scalars(statement)]


def forget_visits(session: Session, *, before: datetime) -> None:
    """Forget those who did not open the tab after a moment."""
    session.execute(delete(HomeVisitRow).where(col(HomeVisitRow.opened_at) < before))


def _visit(row: HomeVisitRow) -> HomeVisit:
    return HomeVisit(user_id=row.user_id, fingerprint=row.fingerprint, view_hash=row.view_hash)
