"""Composes a message that was not sent yet once more, without what may not be seen any more."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot.alerts.telling.composing import AlertComposer
from bot.delivery.rewriting import Rewritten
from metrics.alerts.grouping import Alert, Notice, NoticeGroup
from metrics.alerts.routing import group_notices, worst_first
from metrics.alerts.states import Transition
from storage.alerts.actions import all_mutes
from storage.alerts.notices import told_in
from storage.alerts.snapshot import AlertSnapshot
from storage.delivery.parcels import Parcel
from storage.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Retelling:
    """Composes the rest of a message whose recipient has lost the right to a part of it.

    Attributes
    ----------
    today : callable
        The workspace's own day.
    """

    store: Store
    composer: AlertComposer
    today: Callable[[], date]

    def compose(self, parcel: Parcel, kept: frozenset[str]) -> Rewritten | None:
        """Compose a message anew from those of its notices that may be told; None without any.

        Parameters
        ----------
        kept : frozenset of str
            Fingerprints of the alerts that its recipient may still hear of.

        Raises
        ------
        StorageError, ReconciliationError
            If the ledger cannot be read.
        """
        with self.store.read() as session:
            snapshot, mutes = AlertSnapshot.read(session), all_mutes(session)
            told = told_in(session, parcel.dedupe_key)
        alerts = dict(self._alerts(snapshot, parcel.address.channel_id, mutes))
        still = [one for one in told if one.alert.fingerprint in kept & alerts.keys()]
        group = self._group(parcel.address.channel_id, still, alerts)
        rest = group.only(partial(self._may_tell, alerts))
        if not rest.notices:
            return None
        written = self.composer.parcel(rest, alerts, now=parcel.due_at)
        return Rewritten(
            # the same message, by the same mark, for whoever finds it in doubt
            parcel=replace(written, dedupe_key=parcel.dedupe_key, address=parcel.address),
            fingerprints=frozenset(one.transition.alert.fingerprint for one in rest.notices),
        )

    def _alerts(
        self, snapshot: AlertSnapshot, recipient_id: str, mutes: Collection[tuple[str, str]]
    ) -> Iterator[tuple[str, Alert]]:
        """Yield the alerts that a recipient may see, as one of theirs where they hear of it."""
        rights, whom = self.composer.recipients, self.composer.recipient(recipient_id)
        for fingerprint, stored in snapshot.stored.items():
            alert, record = snapshot.alert(fingerprint), snapshot.record(stored.rule_id)
            if alert is None or record is None or not rights.sees(recipient_id, alert.rule.scope):
                continue
            hears = recipient_id in (record.recipients or rights.default())
            is_theirs = hears and (fingerprint, recipient_id) not in mutes
            yield fingerprint, replace(alert, recipients=(whom,) * is_theirs)

    def _group(
        self, recipient_id: str, told: Iterable[Transition], alerts: Mapping[str, Alert]
    ) -> NoticeGroup:
        notices = [
            Notice(
                recipient_id=recipient_id,
                transition=transition,
                severity=alerts[transition.alert.fingerprint].rule.severity,
            )
            for transition in told
        ]
        # what the message stands for was recorded nowhere: it is found as when it was written
        groups = group_notices(tuple(alerts.values()), {}, today=self.today())
        inhibited = tuple(one for group in groups for one in group.inhibited)
        return NoticeGroup(
            recipient_id=recipient_id, notices=worst_first(notices), inhibited=inhibited
        )

    def _may_tell(self, alerts: Mapping[str, Alert], notice: Notice) -> bool:
        rule = alerts[notice.transition.alert.fingerprint].rule
        return self.composer.may_tell(notice.recipient_id, rule, notice.transition)
