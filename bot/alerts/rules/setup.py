"""Sets up, edits and silences alert rules, for Slack and the command line alike."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.alerts.rules.grammar import rule_text
from bot.alerts.rules.report import AlertReport
from bot.alerts.rules.wording.sentences import OWN, ListedAlert, ListedRule, short_id
from bot.errors import UsageError
from bot.questions.echo import echoed
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import DEFAULT_RULES, AlertRule
from metrics.rollup import Scope
from storage.alerts import actions as alert_actions
from storage.alerts import rules as alert_rules
from storage.alerts.rules import RuleRecord, is_default
from storage.store.engine import Store

_NUMBER = re.compile(r"#?(?:rule-)?(?P<number>[0-9]{1,9})")
_DEFAULT_IDS = tuple(rule.rule_id for rule in DEFAULT_RULES)


def read_rule_id(text: str) -> str | None:
    """Read the id of a rule as it was typed; None where it looks like none.

    Examples
    --------
    >>> read_rule_id("#3"), read_rule_id("Sustained-Drop"), read_rule_id("smb")
    ('rule-3', 'sustained-drop', None)
    """
    word = text.strip().casefold()
    if word in _DEFAULT_IDS:
        return word
    found = _NUMBER.fullmatch(word)
    return f"{OWN}{int(found['number'])}" if found else None


def everything(_: object) -> bool:
    """Allow anything: whoever runs the bot has the whole store at hand."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSetup:
    """Sets alert rules up, edits, ends and lists them, and silences their alerts.

    Rights are for `bot.alerts.rules.rights`; ``sees`` tells which scopes a person may know of.
    """

    store: Store
    report: Callable[[], AlertReport]  # every alert as it was evaluated last
    today: Callable[[], date]  # the workspace's own day
    now: Callable[[], datetime]

    def require_new(self, rule: AlertRule, *, beside: str | None = None) -> None:
        """Refuse a rule that another says already: its recipients would be told all twice."""
        with self.store.read() as session:
            _require_new(rule, alert_rules.list_records(session), beside=beside)

    def add(
        self, rule: AlertRule, *, owner_id: str | None, recipients: tuple[str, ...]
    ) -> RuleRecord:
        """Set up a rule; refuse one that another says already."""
        with self.store.write(ledger=False) as session:
            # Checked again under the lock: a form may be submitted twice at the same time.
            _require_new(rule, alert_rules.list_records(session))
            return alert_rules.add(
                session, rule, owner_id=owner_id, recipients=recipients, now=self.now()
            )

    def change(
        self, known: RuleRecord, rule: AlertRule, recipients: tuple[str, ...] | None
    ) -> RuleRecord:
        """Edit a rule; its recipients stay unless they are given.

        Raises
        ------
        UsageError
            If it is a default rule, was removed meanwhile, or another says the same.
        """
        rule_id = known.rule.rule_id
        with self.store.write(ledger=False) as session:
            records = alert_rules.list_records(session)
            known = _found(rule_id, records)
            require_own(known.rule, "changed")
            _require_new(rule, records, beside=rule_id)
            # A new version would be evaluated again, and might tell of a drop anew.
            if not says_the_same(known.rule, rule):
                now_says = replace(rule, rule_id=rule_id)
                return alert_rules.change(session, now_says, recipients=recipients, now=self.now())
            if recipients is None:
                return known
            return alert_rules.set_recipients(session, rule_id, recipients, now=self.now())

    def set_recipients(self, known: RuleRecord, recipients: tuple[str, ...]) -> RuleRecord:
        """Change the recipients of a rule; none means those of the default rules."""
        rule_id = known.rule.rule_id
        with self.store.write(ledger=False) as session:
            # It may have been removed since it was found: then this says which rules there are.
            _found(rule_id, alert_rules.list_records(session))
            return alert_rules.set_recipients(session, rule_id, recipients, now=self.now())

    def set_enabled(self, known: RuleRecord, *, is_enabled: bool) -> RuleRecord:
        """Pause or resume a rule; the states of its alerts are kept meanwhile."""
        rule_id = known.rule.rule_id
        with self.store.write(ledger=False) as session:
            _found(rule_id, alert_rules.list_records(session))
            return alert_rules.set_enabled(session, rule_id, is_enabled=is_enabled, now=self.now())

    def remove(self, known: RuleRecord) -> None:
        """End a rule of the workspace's own for good; refuse a default one."""
        require_own(known.rule, "removed")
        rule_id = known.rule.rule_id
        with self.store.write(ledger=False) as session:
            _found(rule_id, alert_rules.list_records(session))
            alert_rules.remove(session, rule_id, now=self.now())

    def acknowledge(self, rules: Iterable[AlertRule], *, user_id: str) -> None:
        """Stop the reminders of the open episodes of some alerts."""
        with self.store.write(ledger=False) as session:
            for rule in rules:
                alert_actions.acknowledge(session, rule, user_id=user_id, now=self.now())

    def snooze(self, rules: Iterable[AlertRule], *, user_id: str, until: date, reason: str) -> None:
        """Hold back the notices of some alerts until a day at most 90 days away."""
        today, now = self.today(), self.now()
        with self.store.write(ledger=False) as session:
            for rule in rules:
                alert_actions.snooze(
                    session, rule, user_id=user_id, until=until, reason=reason, today=today, now=now
                )

    def wake(self, rules: Iterable[AlertRule], *, user_id: str) -> None:
        """End the snoozes of some alerts before their day."""
        with self.store.write(ledger=False) as session:
            for rule in rules:
                alert_actions.wake(session, rule, user_id=user_id, now=self.now())

    def mute(self, fingerprints: Iterable[str], *, user_id: str) -> None:
        """Take a user out of the recipients of some alerts; other recipients keep them."""
        with self.store.write(ledger=False) as session:
            for fingerprint in fingerprints:
                alert_actions.mute(session, fingerprint, user_id, now=self.now())

    def unmute(self, fingerprints: Iterable[str], *, user_id: str) -> None:
        """Let a user be a recipient of some alerts again."""
        with self.store.write(ledger=False) as session:
            for fingerprint in fingerprints:
                alert_actions.unmute(session, fingerprint, user_id, now=self.now())

    def muted(self, known: RuleRecord, *, user_id: str) -> list[str]:
        """Return the fingerprints of a rule's alerts, on any scope, that a user has muted."""
        return [
            one.alert.rule.fingerprint
            for listed in self.listed(user_id=user_id)
            for one in listed.alerts
            if one.is_muted and one.alert.rule.rule_id == known.rule.rule_id
        ]

    def find(self, typed: str, *, sees: Callable[[Scope], bool] = everything) -> RuleRecord:
        """Return the rule of a typed id; refuse one on a scope that the person may not know of."""
        with self.store.read() as session:
            records = [
                record for record in alert_rules.list_records(session) if _is_seen(record, sees)
            ]
        return _found(read_rule_id(typed) or typed, records)

    def listed(
        self,
        *,
        user_id: str | None = None,
        sees: Callable[[Scope], bool] = everything,
        may_tell: Callable[[Alert], bool] = everything,
    ) -> tuple[ListedRule, ...]:
        """List every rule with its alert on each scope, the default rules first.

        Parameters
        ----------
        sees : callable
            Tells which scopes the person may know of.
        may_tell : callable
            Tells of which alerts they may be shown figures.
        """
        report = self.report()
        with self.store.read() as session:
            records = alert_rules.list_records(session)
            muted = alert_actions.muted_by(session, user_id) if user_id else set()
            alerts = [
                ListedAlert(
                    alert=alert,
                    snooze=alert_actions.last_snooze(session, alert.rule.fingerprint)
                    if alert.state.snoozed_until is not None
                    else None,
                    is_muted=alert.rule.fingerprint in muted,
                    is_hidden=not may_tell(alert),
                )
                for alert in report.alerts
                if sees(alert.rule.scope)
            ]
        return tuple(
            ListedRule(
                record=record,
                alerts=tuple(
                    one for one in alerts if one.alert.rule.rule_id == record.rule.rule_id
                ),
                is_first=report.data_version is None,
                closed_months=report.closed_months,
            )
            for record in records
            if _is_seen(record, sees)
        )


def require_own(rule: AlertRule, done: str) -> None:
    """Refuse to edit or remove a default rule: it may be paused, and sent to other recipients."""
    if is_default(rule):
        raise UsageError(
            f"alert {rule.rule_id} is a default one, which cannot be {done}: pause it, or set up"
            " one of your own beside it"
        )


def _is_seen(record: RuleRecord, sees: Callable[[Scope], bool]) -> bool:
    return is_default(record.rule) or sees(record.rule.scope)


def _found(rule_id: str, records: Sequence[RuleRecord]) -> RuleRecord:
    for record in records:
        if record.rule.rule_id == rule_id:
            return record
    known = ", ".join(short_id(record.rule) for record in records)
    typed = echoed(rule_id.removeprefix(OWN))
    raise UsageError(f"there is no alert {typed}: there are {known}")


def _require_new(
    rule: AlertRule, records: Sequence[RuleRecord], *, beside: str | None = None
) -> None:
    for record in records:
        if record.rule.rule_id != beside and says_the_same(record.rule, rule):
            name = short_id(record.rule)
            raise UsageError(f"alert {name} says that already: change who hears of it instead")


def says_the_same(rule: AlertRule, other: AlertRule) -> bool:
    """Tell whether two rules are one to people: they read the same, whatever their ids."""
    return not is_default(rule) and rule_text(rule) == rule_text(other)
