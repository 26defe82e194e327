"""Whether anything that Home tabs show has changed, without working any of them out."""

from datetime import datetime

from sqlalchemy import func, select
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
