"""Composes the message of a group of notices, as its recipient may see it now."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.alerts.telling.details import OWNER_DIMENSION, AlertMessage, NoticeDetails, owner_of
from bot.alerts.telling.details_reader import DetailsReader
from bot.alerts.telling.message import alert_message
from bot.alerts.telling.recipients import RecipientAccess
from bot.delivery.outcomes import ALERT
from bot.delivery.payloads import Payload, due_words, pack
from bot.delivery.permissions import WITH_ACCOUNTS
from metrics.alerts.grouping import Alert, NoticeGroup, Recipient
from metrics.alerts.rules import AlertRule
from metrics.alerts.states import Transition
from storage.delivery.parcels import Address, Body, Parcel, ParcelBasis, Picture
from storage.ledger.account_changes import AccountChange


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertComposer:
    """Composes the messages of alerts, without the figures that their recipients may not see.

    Attributes
    ----------
    draw : callable
        Makes the pictures of a message; none where they cannot be drawn.
    time_zone : str
        The zone in which a late message says when it was due.
    """

    details: DetailsReader
    recipients: RecipientAccess
    draw: Callable[[AlertMessage], tuple[Picture, ...]]
    time_zone: str

    def may_tell(self, recipient_id: str, rule: AlertRule, *told: Transition) -> bool:
        """Tell whether a recipient may see what a rule's transitions say of groups."""
        if self.recipients.sees_accounts(recipient_id, rule.scope):
            return True
        return self.details.may_tell(rule, told, self.recipients.granted(recipient_id))

    def recipient(self, recipient_id: str) -> Recipient:
        """Look up whether a recipient may see figures of the whole company."""
        return Recipient(
            recipient_id=recipient_id, sees_company=self.recipients.sees(recipient_id, ())
        )

    def parcel(self, group: NoticeGroup, alerts: Mapping[str, Alert], *, now: datetime) -> Parcel:
        """Compose the message of a group that is due now.

        Parameters
        ----------
        alerts : mapping of fingerprint to Alert
            Those that the group's notices are of.

        Raises
        ------
        StorageError, ReconciliationError
            If the ledger cannot be read.
        """
        message = self._message(group, alerts)
        payload = Payload(
            message=alert_message(message),
            due=due_words(now, self.time_zone),
            question=message.notices[0].question,
        )
        # The key is that of its notices: whoever tells the same ones makes the same message.
        keys = "\n".join(sorted(notice.dedupe_key for notice in group.notices))
        return Parcel(
            dedupe_key=f"{ALERT}:{hashlib.sha256(keys.encode()).hexdigest()}",
            kind=ALERT,
            address=Address(team_id=self.recipients.team_id, channel_id=group.recipient_id),
            body=Body(payload_json=pack(payload), pictures=self.draw(message)),
            basis=ParcelBasis(
                scope=WITH_ACCOUNTS if message.names_shown else "",
                data_version=message.notices[0].figures.data_version,
            ),
            due_at=now,
        )

    def _message(self, group: NoticeGroup, alerts: Mapping[str, Alert]) -> AlertMessage:
        details, split = self._details(group, alerts), len(group.shown)
        return AlertMessage(
            notices=details[:split],
            breakdown=details[split:],
            more=group.more,
            # One scope without account detail hides the names of the whole message.
            names_shown=all(
                self.recipients.sees_accounts(group.recipient_id, one.rule.scope) for one in details
            ),
        )

    def _details(
        self, group: NoticeGroup, alerts: Mapping[str, Alert]
    ) -> tuple[NoticeDetails, ...]:
        shown = (*group.shown, *group.breakdown)
        found = self.details.read(
            [(one, alerts[one.transition.alert.fingerprint]) for one in shown]
        )
        recipients, whom = self.recipients, group.recipient_id
        for at, (one, notice) in enumerate(zip(found, shown, strict=True)):
            beside = (alerts[other.transition.alert.fingerprint] for other in group.beside(notice))
            found[at] = replace(one, also=tuple(alert.rule for alert in beside))
        return tuple(
            self._with_people(one)
            if recipients.sees_accounts(whom, one.rule.scope)
            else self.details.without_small_groups(one, recipients.granted(whom))
            for one in found
        )

    def _with_people(self, details: NoticeDetails) -> NoticeDetails:
        """Name the owners of accounts by their ids at Slack, where it knows their e-mails."""
        drivers = tuple(self._with_person(one) for one in details.figures.drivers)
        return replace(details, figures=replace(details.figures, drivers=drivers))

    def _with_person(self, account: AccountChange) -> AccountChange:
        owner = owner_of(account)
        person = self.recipients.find_owner(owner) if owner else None
        if person is None:
            return account
        return replace(account, attributes={**account.attributes, OWNER_DIMENSION: person})
