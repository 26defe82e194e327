"""Alert rules of a workspace, the default ones and its own, and who hears of them."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.alerts.rules import DEFAULT_RULES, AlertRule
from metrics.rollup import Scope
from storage.errors import UnknownRuleError
from storage.tables.alerts import AlertRuleRow

_DEFAULTS = {rule.rule_id: rule for rule in DEFAULT_RULES}
_OWN = "rule-"
_ADAPTER = TypeAdapter(AlertRule)
OWNERS = "owners"
"""The recipients that the ledger names: the owners of the accounts that drove a drop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRecord:
    """A rule as it is stored.

    Attributes
    ----------
    owner_id : str, optional
        Who set it up; None for default rules, and for what the command line set up.
    recipients : tuple of str
        User ids, channel ids and `OWNERS`. Empty means whoever hears of what is nobody's own.
    """

    rule: AlertRule
    owner_id: str | None = None
    recipients: tuple[str, ...] = ()

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
    """Return a rule for one of the scopes that it watches; one of a person's own has just one."""
    return record.rule.over(scope) if is_default(record.rule) else record.rule


def list_records(session: Session) -> list[RuleRecord]:
    """Return the default rules, then the workspace's own, the oldest first; paused ones too."""
    statement = select(AlertRuleRow).order_by(col(AlertRuleRow.id))
    rows = session.scalars(statement).all()
    changed = {row.default_rule: row for row in rows}
    own = (row for row in rows if row.default_rule is None and row.state != "removed")
    return [
        *(_as_stored(rule, changed.get(rule.rule_id)) for rule in DEFAULT_RULES),
        *map(RuleRecord.of, own),
    ]


def find(session: Session, rule_id: str) -> RuleRecord:
    """Return a rule by its id.

    Raises
    ------
    UnknownRuleError
        If there is none of that id.
    """
    for record in list_records(session):
        if record.rule.rule_id == rule_id:
            return record
    raise UnknownRuleError(rule_id)


def add(
    session: Session,
    rule: AlertRule,
    *,
    owner_id: str | None = None,
    recipients: tuple[str, ...] = (),
    now: datetime,
) -> RuleRecord:
    """Store a rule of the workspace's own; return it with the id that it gets."""
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
    session.flush()
    return RuleRecord.of(row)


def change(
    session: Session,
    rule: AlertRule,
    *,
    recipients: tuple[str, ...] | None = None,
    now: datetime,
) -> RuleRecord:
    """Store what a rule says from now on; it is evaluated again, on the same data too.

    Parameters
    ----------
    recipients : tuple of str, optional
        Who hears of it; as it was when left out.

    Raises
    ------
    UnknownRuleError
        If there is no rule of its id.
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
    """Store who hears of a rule; how its alerts stand is the same for everybody.

    Raises
    ------
    UnknownRuleError
        If there is no rule of that id.
    """
    row = _row(session, rule_id, now=now)
    row.recipients, row.changed_at = json.dumps(recipients), now
    session.flush()
    return RuleRecord.of(row)


def set_enabled(session: Session, rule_id: str, *, is_enabled: bool, now: datetime) -> RuleRecord:
    """Pause or resume a rule; how its alerts stand is kept meanwhile.

    Raises
    ------
    UnknownRuleError
        If there is no rule of that id.
    """
    row = _row(session, rule_id, now=now)
    row.state, row.changed_at = "active" if is_enabled else "paused", now
    session.flush()
    return RuleRecord.of(row)


def remove(session: Session, rule_id: str, *, now: datetime) -> None:
    """End a rule of the workspace's own for good; a default one goes back to what it was.

    Raises
    ------
    UnknownRuleError
        If there is no rule of that id.
    """
    row = _row(session, rule_id, now=now)
    if row.default_rule is None:
        row.state = "removed"
    else:
        row.state, row.rule_json, row.version = "active", None, row.version + 1
        row.recipients = None
    row.changed_at = now
    session.flush()


def _row(session: Session, rule_id: str, *, now: datetime) -> AlertRuleRow:
    """Return the row of a rule; a default one gets its own when it is first changed."""
    if rule_id not in _DEFAULTS:
        number = rule_id.removeprefix(_OWN)
        row = session.get(AlertRuleRow, int(number)) if number.isdecimal() else None
        if row is None or row.default_rule is not None or row.state == "removed":
            raise UnknownRuleError(rule_id)
        return row
    statement = select(AlertRuleRow).where(col(AlertRuleRow.default_rule) == rule_id)
    found = session.scalar(statement)
    if found is None:
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
    return replace(
        said or _DEFAULTS[str(row.default_rule)],
        rule_id=row.default_rule or f"{_OWN}{row.id}",
        version=row.version,
        enabled=row.state == "active",
    )


def _text(rule: AlertRule) -> str:
    return _ADAPTER.dump_json(rule).decode()
