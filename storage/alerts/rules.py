"""Alert rules of a workspace, the default ones and its own, with their recipients."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.alerts.rules import DEFAULT_RULES, AlertRule
from metrics.rollup import Scope
from storage.alerts.updates import update_told_by
from storage.errors import UnknownRuleError
from storage.tables.alerts import AlertRuleRow

_DEFAULTS = {rule.rule_id: rule for rule in DEFAULT_RULES}
_OWN = "rule-"
_ADAPTER = TypeAdapter(AlertRule)
OWNERS = "owners"
"""The recipients that the ledger names: the owners of the accounts that drove a drop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRecord:
    """A rule as it is stored, with its recipients: user ids, channel ids and `OWNERS`."""

    rule: AlertRule
    owner_id: str | None = None  # None for default rules, and for those of the command line
    recipients: tuple[str, ...] = ()  # empty means the recipients of the default rules

    @classmethod
    def of(cls, row: AlertRuleRow) -> Self:
        """Read a row."""
        return cls(
            rule=_read(row),
            owner_id=row.owner_id,
            recipients=tuple(json.loads(row.recipients or "[]")),
        )


def is_default(rule: AlertRule) -> bool:
    """Tell whether a rule is for the company and every segment, and not for one scope."""
    return rule.rule_id in _DEFAULTS


def rule_on(record: RuleRecord, scope: Scope) -> AlertRule:
    """Return a rule on one of its scopes; one of a person's own has just one."""
    return record.rule.over(scope) if is_default(record.rule) else record.rule


def list_records(session: Session) -> list[RuleRecord]:
    """Return the default rules, then the workspace's own, the oldest first; paused ones too."""
    statement = select(AlertRuleRow).order_by(col(AlertRuleRow.id))
    rows = session.scalars(statement).all()  # a dozen: no store has so many that paging pays
    changed = {row.default_rule: row for row in rows}
    own = (row for row in rows if row.default_rule is None and row.state != "removed")
    return [
        *(_as_stored(rule, changed.get(rule.rule_id)) for rule in DEFAULT_RULES),
        *map(RuleRecord.of, own),
    ]


def add(
    session: Session,
    rule: AlertRule,
    *,
    owner_id: str | None = None,
    recipients: tuple[str, ...] = (),
    now: datetime,
) -> RuleRecord:
    """Store a rule of the workspace's own, and give it an id."""
    row = AlertRuleRow(
        rule_json=_text(rule),
        owner_id=owner_id,
        recipients=json.dumps(recipients),
        version=1,
        state="active",
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()  # the database gives the id
    return RuleRecord.of(row)


def change(
    session: Session,
    rule: AlertRule,
    *,
    recipients: tuple[str, ...] | None = None,
    now: datetime,
) -> RuleRecord:
    """Store an edited rule, to be evaluated again on the same data; its recipients stay if None.

    Raises
    ------
    UnknownRuleError
        If there is no rule of its id; so do the functions below.
    """
    row = _row(session, rule.rule_id, now=now)
    row.rule_json, row.version, row.changed_at = _text(rule), row.version + 1, now
    if recipients is not None:
        row.recipients = json.dumps(recipients)
    session.flush()
    return RuleRecord.of(row)


def set_recipients(
    session: Session, rule_id: str, recipients: tuple[str, ...], *, now: datetime
) -> RuleRecord:
    """Store the recipients of a rule: its version stays, as its alerts do."""
    row = _row(session, rule_id, now=now)
    row.recipients, row.changed_at = json.dumps(recipients), now
    session.flush()
    return RuleRecord.of(row)


def set_enabled(session: Session, rule_id: str, *, is_enabled: bool, now: datetime) -> RuleRecord:
    """Pause or resume a rule; the states of its alerts are kept meanwhile."""
    row = _row(session, rule_id, now=now)
    row.state, row.changed_at = "active" if is_enabled else "paused", now
    session.flush()
    return RuleRecord.of(row)


def remove(session: Session, rule_id: str, *, now: datetime) -> None:
    """End a rule of the workspace's own for good; a default one becomes what it was."""
    row = _row(session, rule_id, now=now)
    if row.default_rule is None:
        row.state = "removed"  # the row stays: its id must never be another rule's
        update_told_by(session, rule_id, now=now)
    else:
        row.state, row.rule_json, row.version = "active", None, row.version + 1
        row.recipients = None
    row.changed_at = now
    session.flush()


def _row(session: Session, rule_id: str, *, now: datetime) -> AlertRuleRow:
    if rule_id not in _DEFAULTS:
        number = rule_id.removeprefix(_OWN)
        row = session.get(AlertRuleRow, int(number)) if number.isdecimal() else None
        if row is None or row.default_rule is not None or row.state == "removed":
            raise UnknownRuleError(rule_id)
        return row
    statement = select(AlertRuleRow).where(col(AlertRuleRow.default_rule) == rule_id)
    found = session.scalar(statement)
    if found is None:  # a default rule has a row from its first change on
        version = _DEFAULTS[rule_id].version
        found = AlertRuleRow(
            default_rule=rule_id, version=version, state="active", created_at=now, changed_at=now
        )
        session.add(found)
    return found


def _as_stored(default: AlertRule, row: AlertRuleRow | None) -> RuleRecord:
    return RuleRecord(rule=default) if row is None else RuleRecord.of(row)


def _read(row: AlertRuleRow) -> AlertRule:
    said = _ADAPTER.validate_json(row.rule_json) if row.rule_json else None
    # Columns win over the stored rule: they change without it.
    return replace(
        said or _DEFAULTS[str(row.default_rule)],
        rule_id=row.default_rule or f"{_OWN}{row.id}",
        version=row.version,
        enabled=row.state == "active",
    )


def _text(rule: AlertRule) -> str:
    return _ADAPTER.dump_json(rule).decode()
