"""Reviews what was allowed: whether channels are still ours alone, and digests still permitted."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.access.gate import Gate
from bot.channels.alarms import ChannelAlarms
from bot.clock import Clock
from bot.delivery.suspending import Suspending
from bot.errors import AccessDeniedError
from storage.access import audit
from storage.access.audit import own_entry
from storage.channels import posts as channel_posts
from storage.channels.moves import move_channel
from storage.digests.subscriptions import Subscription, list_active
from storage.store.engine import Store

MOVED = "channel_moved"
"""The audit's word for a channel that has another id; the reason is its old one."""

log = logging.getLogger("nrrbot.rechecking")  # filters on the log may name it


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessReview:
    """Suspends digests and raises alarms; the same for Slack's events and for the hourly sweep."""

    store: Store
    gate: Gate
    suspending: Suspending
    alarms: ChannelAlarms
    now: Clock

    def everything(self) -> None:
        """Review every channel that has figures or may get some, and every active subscription."""
        with self.store.read() as session:
            known = channel_posts.known_channels(session)
            before = channel_posts.sharings(session)
        for channel_id in sorted(known):
            is_shared = self._is_shared(channel_id)
            was_shared = channel_id in before and before[channel_id].is_shared
            # Only on a change: `ChannelAlarms` would take the write lock for every channel.
            if is_shared is not None and is_shared != was_shared:
                self.alarms.note(channel_id, is_shared=is_shared)
        self.subscriptions()

    def subscriptions(self) -> None:
        """Review every active subscription."""
        self._check(lambda _: True)

    def of_owners(self, user_ids: Collection[str]) -> None:
        """Review the active subscriptions of some people."""
        self._check(lambda subscription: subscription.destination.owner_id in user_ids)

    def in_channel(self, channel_id: str, *, is_said_to_be_shared: bool = False) -> None:
        """Review a channel and its active subscriptions, if it has figures or may get some.

        Parameters
        ----------
        is_said_to_be_shared : bool
            Whether an event says so: it counts where Slack does not answer, and only there.
        """
        with self.store.read() as session:
            if channel_id not in channel_posts.known_channels(session):
                return
        is_shared = self._is_shared(channel_id)
        if is_shared is None and is_said_to_be_shared:
            is_shared = True  # an alarm too many is better than figures that others read
        if is_shared is not None:
            self.alarms.note(channel_id, is_shared=is_shared)
        self._check(lambda subscription: subscription.destination.channel_id == channel_id)

    def move(self, old: str, new: str) -> None:
        """Rename a channel's id wherever the store names it, and review the channel."""
        now, team_id = self.now(), self.gate.workspace.team_id
        with self.store.write(ledger=False) as session:
            if not move_channel(session, old, new, now=now):
                return  # Slack sends an event more than once
            entry = own_entry(MOVED, team_id=team_id, channel_id=new, at=now, reason=old)
            audit.append(session, entry)
        log.warning("a channel has another id")
        self.in_channel(new)

    def _check(self, is_meant: Callable[[Subscription], bool]) -> None:
        with self.store.read() as session:
            active = list_active(session)
        team_id = self.gate.workspace.team_id  # one store may serve several workspaces
        for subscription in active:
            if subscription.destination.team_id == team_id and is_meant(subscription):
                self.suspending.check(subscription)

    def _is_shared(self, channel_id: str) -> bool | None:
        """Tell whether another company reads a channel; None if Slack does not say."""
        try:
            return self.gate.is_shared_outside(channel_id)
        except AccessDeniedError:
            return None
