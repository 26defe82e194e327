"""Alarms to administrators about channels that another company reads, or is about to."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.access.records import Records, admins
from bot.channels.message import channel_alarm
from bot.delivery.notices import notice
from bot.delivery.outcomes import NOTICE
from storage.access import audit
from storage.access.own_entries import own_entry
from storage.channels import posts as channel_posts
from storage.channels.posts import SHARED, UNSHARED, ChannelSharing
from storage.delivery import outbox
from storage.delivery.outbox import Parcel
from storage.store.engine import Store

log = logging.getLogger("nrrbot.alarms")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAlarms:
    """Raises one alarm for each time that a channel is shared, however many find out.

    Attributes
    ----------
    admin_channel : str, optional
        A channel of the administrators, beside those who are granted that by name.
    now : callable
        The moment it is, aware.
    """

    store: Store
    records: Records
    team_id: str
    admin_channel: str | None
    now: Callable[[], datetime]

    def note(self, channel_id: str, *, is_shared: bool) -> None:
        """Write down how a channel was found, if it was otherwise before; raise the alarm."""
        told = self._told(channel_id)
        with self.store.write(ledger=False) as session:
            last = channel_posts.sharings(session).get(channel_id, ChannelSharing())
            if last.is_shared == is_shared:
                return
            posts = channel_posts.count_posts(session, channel_id)
            parcels = self._parcels(channel_id, posts, last, told) if is_shared else ()
            queued = [outbox.enqueue(session, parcel, now=self.now()) for parcel in parcels]
            if queued and not any(queued):
                return  # somebody else has found out at the same time
            action = SHARED if is_shared else UNSHARED
            entry = own_entry(action, team_id=self.team_id, channel_id=channel_id, at=self.now())
            audit.append(session, entry)
        if is_shared:
            log.error("a channel is shared outside", extra={"result": "told" if told else "untold"})

    def _told(self, channel_id: str) -> tuple[str, ...]:
        """Return who hears of it; never the channel itself."""
        everybody = (*admins(self.records), self.admin_channel)
        return tuple(one for one in everybody if one is not None and one != channel_id)

    def _parcels(
        self, channel_id: str, posts: int, last: ChannelSharing, told: tuple[str, ...]
    ) -> tuple[Parcel, ...]:
        return tuple(
            notice(
                channel_alarm(channel_id, posts),
                dedupe_key=f"{NOTICE}:shared:{channel_id}:{last.number}:{one}",
                team_id=self.team_id,
                to=one,
                now=self.now(),
            )
            for one in told
        )
