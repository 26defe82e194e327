"""Alert rules and states that one transaction read together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from sqlmodel import Session

from metrics.alerts.grouping import Alert
from metrics.alerts.rules import AlertRule
from storage.alerts.rules import RuleRecord, list_records, rule_on
from storage.alerts.states import StoredAlert, read_alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSnapshot:
    """Every rule, and every state by its alert's fingerprint.

    What is written from it reads the state again under a lock: others may have written meanwhile.
    """

    records: tuple[RuleRecord, ...]
    stored: Mapping[str, StoredAlert]

    @classmethod
    def read(cls, session: Session) -> Self:
        """Read the rules and states of a store."""
        return cls(records=tuple(list_records(session)), stored=read_alerts(session))

    @property
    def rules(self) -> list[AlertRule]:
        """Every rule, the paused ones included."""
        return [record.rule for record in self.records]

    def record(self, rule_id: str) -> RuleRecord | None:
        """Return the record of a rule; None once it is removed."""
        return next((one for one in self.records if one.rule.rule_id == rule_id), None)

    def alert(self, fingerprint: str) -> Alert | None:
        """Return an alert; None if it was never evaluated, or its rule is removed."""
        stored = self.stored.get(fingerprint)
        record = self.record(stored.rule_id) if stored else None
        if stored is None or record is None:
            return None
        return Alert(rule=rule_on(record, stored.scope), state=stored.state)
