"""Telling people of alerts: one message each, with the notices that it tells, once."""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol

from bot.alerts.notices.details import AlertMessage, Driver, NoticeDetails
from bot.alerts.notices.message import alert_message
from bot.delivery.outcomes import ALERT
from bot.delivery.payloads import Payload, due_words, pack
from bot.delivery.permissions import WITH_ACCOUNTS
from metrics.alerts.grouping import Alert, Notice, NoticeGroup, Recipient, group_notices
from metrics.alerts.states import Transition
from metrics.rollup import Scope
from storage.alerts.actions import all_mutes
from storage.alerts.notices import Telling, Untold, known_notices, notified_recipients, tell, untold
from storage.alerts.rules import OWNERS, RuleRecord, list_records, rule_on
from storage.alerts.states import StoredAlert, read_alerts
from storage.delivery.outbox import Parcel, Picture
from storage.errors import AlreadyToldError
from storage.store.engine import Store

log = logging.getLogger("nrrbot.alerts")

Mutes = set[tuple[str, str]]


class TellsStories(Protocol):
    """Reads what there is to tell: `bot.alerts.notices.details_reader.DetailsReader`."""

    def read(self, told: Sequence[tuple[Notice, Alert]]) -> list[NoticeDetails]:
        """Return the details of each notice, in the same order."""

    def drivers(self, scope: Scope, month: date) -> tuple[Driver, ...]:
        """Return the accounts of a scope that lost the most in a month."""


class Readers(Protocol):
    """Who hears of alerts, and what each may be shown: `RecipientAccess`."""

    @property
    def keepers(self) -> tuple[str, ...]:
        """Who looks after the bot."""

    @property
    def find_owner(self) -> Callable[[str], str | None]:
        """From what the ledger says of an account's owner to a user id."""

    def default(self) -> tuple[str, ...]:
        """Return who hears of rules that name nobody."""

    def sees(self, recipient_id: str, scope: Scope) -> bool:
        """Tell whether a recipient may see figures of a scope."""

    def sees_accounts(self, recipient_id: str, scope: Scope) -> bool:
        """Tell whether a recipient may see which accounts it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What decides who is to hear what; while it stays the same there is nothing new to tell."""

    records: tuple[RuleRecord, ...]
    alerts: Mapping[str, StoredAlert]
    untold: tuple[Untold, ...]
    mutes: Mutes
    today: date
    default: tuple[str, ...]


@dataclass(kw_only=True)
class Notifier:
    """Tells what evaluations changed; any number of processes may do so at once.

    Attributes
    ----------
    draw : callable
        Makes the pictures of a message; none where they cannot be drawn.
    time_zone : str
        The zone in which a late message says when it was due.
    """

    store: Store
    reader: TellsStories
    readers: Readers
    team_id: str
    draw: Callable[[AlertMessage], tuple[Picture, ...]]
    time_zone: str
    now: Callable[[], datetime]
    _last: _Known | None = field(default=None, init=False, repr=False)

    def notify(self, *, today: date) -> int:
        """Put on its way what is still to be told; return how many messages that are.

        Raises
        ------
        StorageError, ReconciliationError
            If the ledger cannot be read: everything stays to be told.
        """
        known = self._known(today)
        if known == self._last:
            return 0
        alerts = list(self._alerts(known))
        found = self._groups(alerts, known)
        tellings = [self._telling(group, alerts) for group in found]
        try:
            with self.store.write(ledger=False) as session:
                tell(session, tellings, done=known.untold, now=self.now())
        except AlreadyToldError:
            log.info("another process told of an alert first")
            return 0
        # not what is there by now: somebody may have evaluated meanwhile
        self._last = replace(known, untold=())
        return len(tellings)

    def _known(self, today: date) -> _Known:
        with self.store.read() as session:
            return _Known(
                records=tuple(list_records(session)),
                alerts=read_alerts(session),
                untold=tuple(untold(session)),
                mutes=all_mutes(session),
                today=today,
                default=self.readers.default(),
            )

    def _alerts(self, known: _Known) -> Iterable[Alert]:
        """Yield every alert whose rule is on, with who hears of it."""
        records = {record.rule.rule_id: record for record in known.records}
        changes: defaultdict[str, list[Transition]] = defaultdict(list)
        for one in known.untold:
            changes[one.transition.fingerprint].append(one.transition)
        for fingerprint, stored in known.alerts.items():
            record = records.get(stored.rule_id)
            if record is None or not record.rule.enabled:
                continue
            alert = Alert(
                rule=rule_on(record, stored.scope),
                state=stored.state,
                recipients=(),
                transitions=tuple(changes[fingerprint]),
                owners=(record.owner_id,) if record.owner_id else known.default,
                keepers=self.readers.keepers,
            )
            yield replace(alert, recipients=self._recipients(alert, record, known))

    def _recipients(self, alert: Alert, record: RuleRecord, known: _Known) -> tuple[Recipient, ...]:
        named = record.recipients or known.default
        people = [one for one in named if one != OWNERS]
        if OWNERS in named and alert.state.episode is not None:
            people += self._owners(alert)
        return tuple(
            Recipient(recipient_id=one, sees_company=self.readers.sees(one, ()))
            for one in dict.fromkeys(people)
            if self.readers.sees(one, alert.rule.scope)
        )

    def _owners(self, alert: Alert) -> list[str]:
        """Return who looks after the accounts that drove a drop."""
        month = alert.state.status.month
        drivers = self.reader.drivers(alert.rule.scope, month) if month else ()
        found = (self.readers.find_owner(one.owner) for one in drivers if one.owner)
        return [owner for owner in found if owner is not None]

    def _groups(self, alerts: Sequence[Alert], known: _Known) -> list[NoticeGroup]:
        """Return what each is to hear, without what they have heard or want to hear no more of."""
        with self.store.read() as session:
            found = group_notices(alerts, notified_recipients(session), today=known.today)
            keys = (_key(notice) for one in found for notice in one.notices)
            heard = known_notices(session, keys)

        def is_wanted(notice: Notice) -> bool:
            is_muted = (notice.transition.fingerprint, notice.recipient_id) in known.mutes
            return not is_muted and _key(notice) not in heard

        cut = (
            replace(
                one,
                notices=tuple(filter(is_wanted, one.notices)),
                muted=tuple(filter(is_wanted, one.muted)),
            )
            for one in found
        )
        return [group for group in cut if group.notices]

    def _telling(self, group: NoticeGroup, alerts: Sequence[Alert]) -> Telling:
        of_rule = {alert.rule.fingerprint: alert for alert in alerts}
        lines = [*group.lines, *group.breakdown]
        notices = self.reader.read(
            [(notice, of_rule[notice.transition.fingerprint]) for notice in lines]
        )
        notices = [
            replace(details, also=tuple(of_rule[one.transition.fingerprint].rule for one in beside))
            for details, beside in zip(notices, map(group.beside, lines), strict=True)
        ]
        split = len(group.lines)
        message = AlertMessage(
            recipient_id=group.recipient_id,
            notices=tuple(notices[:split]),
            breakdown=tuple(notices[split:]),
            more=group.more,
            names_shown=all(
                self.readers.sees_accounts(group.recipient_id, details.rule.scope)
                for details in notices
            ),
        )
        return Telling(parcel=self._parcel(group, message), notices=group.notices)

    def _parcel(self, group: NoticeGroup, message: AlertMessage) -> Parcel:
        now, worst = self.now(), message.notices[0]
        keys = "\n".join(sorted(map(_key, group.notices)))
        return Parcel(
            dedupe_key=f"{ALERT}:{hashlib.sha256(keys.encode()).hexdigest()}",
            kind=ALERT,
            team_id=self.team_id,
            channel_id=group.recipient_id,
            scope=WITH_ACCOUNTS if message.names_shown else "",
            payload_json=pack(
                Payload(message=alert_message(message), due=due_words(now, self.time_zone))
            ),
            data_version=worst.data_version,
            due_at=now,
            pictures=self.draw(message),
        )


def _key(notice: Notice) -> str:
    return notice.transition.dedupe_key(notice.recipient_id)
