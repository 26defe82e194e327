"""Looking whether what was allowed still is: of one subscription, a person, a channel, or all."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from bot.access.gate import Gate
from bot.access.records import admins
from bot.channels.alarms import ChannelAlarms
from bot.delivery.notices import Notices
from bot.delivery.permissions import Permissions, is_final
from bot.errors import AccessDeniedError
from storage.access import audit
from storage.access.own_entries import own_entry
from storage.channels import posts as channel_posts
from storage.channels.moves import move_channel
from storage.delivery import outbox
from storage.digests import subscriptions
from storage.digests.subscriptions import Subscription
from storage.digests.suspensions import suspend
from storage.store.engine import Store

MOVED = "channel_moved"
"""The audit's word for a channel that has another id; the reason is its old one."""
GONE = frozenset({"deactivated", "user_not_found"})
"""Why an owner cannot be told any more."""

log = logging.getLogger("nrrbot.rechecking")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecking:
    """Suspends what lost its right; the same for what Slack tells and for the hourly sweep.

    Attributes
    ----------
    gate : Gate
        Asks Slack about people and channels, as they are now.
    notices : Notices
        Writes to the owner of a subscription, and to the administrators.
    now : callable
        The moment it is, aware.
    """

    store: Store
    team_id: str
    gate: Gate
    notices: Notices
    now: Callable[[], datetime]

    def everything(self) -> None:
        """Look at every channel that we know, and at every active subscription."""
        with self.store.read() as session:
            known = channel_posts.known_channels(session)
            before = channel_posts.sharings(session)
        for channel_id in sorted(known):
            is_shared = self._is_shared(channel_id)
            was_shared = channel_id in before and before[channel_id].is_shared
            if is_shared is not None and is_shared != was_shared:
                self._alarms.note(channel_id, is_shared=is_shared)
        for subscription in self._active():
            self.check(subscription)

    def all_active(self) -> None:
        """Look at every active subscription."""
        for subscription in self._active():
            self.check(subscription)

    def of_owners(self, user_ids: Collection[str]) -> None:
        """Look at the active subscriptions of some people."""
        for subscription in self._active():
            if subscription.destination.owner_id in user_ids:
                self.check(subscription)

    def in_channel(self, channel_id: str, *, is_said_to_be_shared: bool = False) -> None:
        """Look at a channel, and at its active subscriptions; at none that we do not know.

        Parameters
        ----------
        is_said_to_be_shared : bool
            Whether an event says so: it counts where Slack does not answer, and only there.
        """
        with self.store.read() as session:
            is_known = channel_id in channel_posts.known_channels(session)
        if not is_known:
            return
        is_shared = self._is_shared(channel_id)
        if is_shared is None and is_said_to_be_shared:
            is_shared = True
        if is_shared is not None:
            self._alarms.note(channel_id, is_shared=is_shared)
        for subscription in self._active():
            if subscription.destination.channel_id == channel_id:
                self.check(subscription)

    def move(self, old: str, new: str) -> None:
        """Let what names a channel by its old id name it by its new one, and look at it."""
        now = self.now()
        with self.store.write(ledger=False) as session:
            if not move_channel(session, old, new, now=now):
                return
            entry = own_entry(MOVED, team_id=self.team_id, channel_id=new, at=now, reason=old)
            audit.append(session, entry)
        log.warning("a channel has another id")
        self.in_channel(new)

    def check(self, subscription: Subscription) -> bool:
        """Tell whether a channel may have figures; suspend its subscription if it never will."""
        verdict = Permissions(self.gate, self.store).of_subscription(subscription)
        if verdict is not None and is_final(verdict):
            self.suspend(subscription, verdict.code)
        return verdict is None

    def _is_shared(self, channel_id: str) -> bool | None:
        """Tell whether another company reads a channel; None if Slack does not say."""
        try:
            return self.gate.is_shared_outside(channel_id)
        except AccessDeniedError:
            return None

    def suspend(self, subscription: Subscription, code: str) -> None:
        """Suspend a subscription and say so once, whoever else finds out at the same time."""
        now, number = self.now(), subscription.id
        instead = admins(self.gate.records) if code in GONE else ()
        parcels = {
            parcel.dedupe_key: parcel
            for one in instead or (subscription.destination.owner_id,)
            for parcel in self.notices.parcels(
                self.notices.suspended(subscription.destination.channel_id, code),
                key=f"suspended:{number}:{subscription.status.changed_at.isoformat()}",
                team_id=self.team_id,
                owner_id=one,
                now=now,
            )
        }
        with self.store.write(ledger=False) as session:
            if subscriptions.get(session, number) != subscription:
                return
            suspend(session, subscription, code, now=now)
            for parcel in parcels.values():
                outbox.enqueue(session, parcel, now=now)
        log.warning("subscription suspended", extra={"result": code})

    def _active(self) -> list[Subscription]:
        with self.store.read() as session:
            active = subscriptions.list_active(session)
        return [each for each in active if each.destination.team_id == self.team_id]

    @property
    def _alarms(self) -> ChannelAlarms:
        return ChannelAlarms(
            store=self.store,
            records=self.gate.records,
            team_id=self.team_id,
            admin_channel=self.notices.admin_channel,
            now=self.now,
        )
