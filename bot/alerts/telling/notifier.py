"""Puts the notices of alerts on their way: one message for each recipient, each notice once."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain

from bot.alerts.telling.composing import AlertComposer
from bot.alerts.telling.details import owner_of
from bot.alerts.telling.recipients import RecipientAccess
from bot.clock import Clock
from metrics.alerts.grouping import Alert, Notice, NoticeGroup, Recipient
from metrics.alerts.routing import group_notices
from metrics.alerts.states import Transition
from storage.alerts.actions import all_mutes
from storage.alerts.notices import enqueue, known_notices, notified_recipients, to_notify
from storage.alerts.rules import OWNERS
from storage.alerts.snapshot import AlertSnapshot
from storage.errors import AlreadyToldError
from storage.store.engine import Store

log = logging.getLogger("nrrbot.alerts")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The inputs of a run of notices; while they stay the same there is nothing new to tell."""

    snapshot: AlertSnapshot
    to_notify: Mapping[int, Transition]
    mutes: set[tuple[str, str]]
    today: date
    default: tuple[str, ...]


@dataclass(kw_only=True)
class Notifier:
    """Notifies recipients of transitions; any number of processes may do so at once."""

    store: Store
    composer: AlertComposer
    now: Clock
    _last: _Known | None = field(default=None, init=False, repr=False)

    @property
    def recipients(self) -> RecipientAccess:
        """The rights of recipients, as its messages are written by them."""
        return self.composer.recipients

    def notify(self, *, today: date) -> int:
        """Enqueue the messages of all that is still to be told; return how many they are.

        Raises
        ------
        StorageError, ReconciliationError
            If the ledger cannot be read: everything stays to be told.
        """
        known = self._known(today)
        if known == self._last:  # an idle tick draws nothing and reads no ledger
            return 0
        alerts = {alert.rule.fingerprint: alert for alert in self._alerts(known)}
        groups = self._groups(tuple(alerts.values()), known)
        now = self.now()
        messages = [
            (self.composer.parcel(group, alerts, now=now), group.notices) for group in groups
        ]
        try:
            with self.store.write(ledger=False) as session:
                enqueue(session, messages, notified=known.to_notify, now=now)
        except AlreadyToldError:
            log.info("another process told of an alert first")
            return 0
        # Not what is stored by now: another process may have evaluated while messages were made.
        self._last = replace(known, to_notify={})
        return len(messages)

    def _known(self, today: date) -> _Known:
        with self.store.read() as session:  # one transaction: transitions fit the states they left
            return _Known(
                snapshot=AlertSnapshot.read(session),
                to_notify=to_notify(session),
                mutes=all_mutes(session),
                today=today,
                default=self.recipients.default(),
            )

    def _alerts(self, known: _Known) -> Iterable[Alert]:
        """Yield every alert whose rule is on, with its recipients."""
        changes: defaultdict[str, list[Transition]] = defaultdict(list)
        for transition in known.to_notify.values():
            changes[transition.alert.fingerprint].append(transition)
        for fingerprint, stored in known.snapshot.stored.items():
            record = known.snapshot.record(stored.rule_id)
            alert = known.snapshot.alert(fingerprint)
            if record is None or alert is None or not record.rule.enabled:
                continue
            told = replace(alert, transitions=tuple(changes[fingerprint]))
            yield replace(
                told,
                recipients=self._recipients(told, record.recipients or known.default),
                owners=(record.owner_id,) if record.owner_id else known.default,
                operators=self.recipients.operators,
            )

    def _recipients(self, alert: Alert, named: Sequence[str]) -> tuple[Recipient, ...]:
        people = [one for one in named if one != OWNERS]
        if OWNERS in named:
            people += self._account_owners(alert)
        return tuple(
            self.composer.recipient(one)
            for one in dict.fromkeys(people)
            if self.recipients.sees(one, alert.rule.scope)
            and self.composer.may_tell(one, alert.rule, *alert.transitions)
        )

    def _account_owners(self, alert: Alert) -> list[str]:
        # Before a drop fires no account drove it, so that owners need not be looked up in Slack.
        months = [alert.state.status.month] if alert.state.episode is not None else []
        months += [one.period for one in alert.provisional]
        found = (self.composer.details.drivers(alert.rule, month) for month in months if month)
        drivers = chain.from_iterable(found)
        named = (owner for owner in map(owner_of, drivers) if owner)
        people = map(self.recipients.find_owner, named)
        return [user_id for user_id in people if user_id is not None]

    def _groups(self, alerts: Sequence[Alert], known: _Known) -> list[NoticeGroup]:
        """Return the groups without notices that were told before, are muted or hidden by now."""
        with self.store.read() as session:
            found = group_notices(alerts, notified_recipients(session), today=known.today)
            told = known_notices(session, (one.dedupe_key for group in found for one in group))

        rules = {alert.rule.fingerprint: alert.rule for alert in alerts}

        def is_wanted(notice: Notice) -> bool:
            alert = notice.transition.alert
            is_muted = (alert.fingerprint, notice.recipient_id) in known.mutes
            if is_muted or notice.dedupe_key in told:
                return False
            # who heard of a drop may have lost its scope: one such line would stop the message
            whom = notice.recipient_id
            is_seen = self.recipients.sees(whom, alert.scope)
            rule = rules[alert.fingerprint]
            return is_seen and self.composer.may_tell(whom, rule, notice.transition)

        cut = (group.only(is_wanted) for group in found)
        return [group for group in cut if group.notices]
