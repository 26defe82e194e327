"""Alert rules and states that one transaction read together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from sqlmodel import Session

from metrics.alerts.grouping import Alert
from metrics.alerts.rules import AlertRule
from metrics.alerts.states import AlertState, Transition
from metrics.rollup import Scope
from storage.alerts.notices import provisional_now
from storage.alerts.rules import RuleRecord, is_default, list_records, rule_on
from storage.alerts.states import StoredAlert, read_alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSnapshot:
    """Every rule, and every state by its alert's fingerprint.

    What is written from it reads the state again under a lock: others may have written meanwhile.
    """

    records: tuple[RuleRecord, ...]
    stored: Mapping[str, StoredAlert]
    provisional: Mapping[str, Sequence[Transition]] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session) -> Self:
        """Read the rules and states of a store."""
        return cls(
            records=tuple(list_records(session)),
            stored=read_alerts(session),
            provisional=provisional_now(session),
        )

    @property
    def scopes(self) -> set[Scope]:
        """The scopes that were ever evaluated."""
        return {stored.scope for stored in self.stored.values()}

    def rules_over(self, scopes: Sequence[Scope]) -> Iterator[AlertRule]:
        """Yield each default rule on every scope, and the others on their own; paused ones too."""
        for rule in (record.rule for record in self.records):
            if is_default(rule):
                yield from map(rule.over, scopes)
            else:
                yield rule

    def record(self, rule_id: str) -> RuleRecord | None:
        """Return the record of a rule; None once it is removed."""
        return next((one for one in self.records if one.rule.rule_id == rule_id), None)

    def alert(self, fingerprint: str) -> Alert | None:
        """Return an alert; None if it was never evaluated, or its rule is removed."""
        stored = self.stored.get(fingerprint)
        record = self.record(stored.rule_id) if stored else None
        if stored is None or record is None:
            return None
        return self.on(rule_on(record, stored.scope))

    def on(self, rule: AlertRule) -> Alert:
        """Return the alert of a rule on its scope, also before its first evaluation."""
        stored = self.stored.get(rule.fingerprint)
        return Alert(
            rule=rule,
            state=stored.state if stored else AlertState(),
            provisional=tuple(self.provisional.get(rule.fingerprint, ())),
        )
