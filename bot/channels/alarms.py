"""Alarms to administrators about channels that another company reads, or is about to."""

import logging
from dataclasses import dataclass

from bot.access.records import Records, admins_and_channel
from bot.channels.message import channel_alarm
from bot.clock import Clock
from bot.delivery.outcomes import NOTICE
from bot.delivery.parcels import message_parcel
from storage.access import audit
from storage.access.audit import own_entry
from storage.channels import posts as channel_posts
from storage.channels.posts import SHARED, UNSHARED, ChannelSharing
from storage.delivery import outbox
from storage.delivery.parcels import Parcel
from storage.store.engine import Store

log = logging.getLogger("nrrbot.alarms")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAlarms:
    """Raises one alarm each time that a channel is shared, however many processes find out.

    Attributes
    ----------
    admin_channel : str, optional
        A channel of the administrators, beside those who are granted that by name.
    """

    store: Store
    records: Records
    team_id: str
    admin_channel: str | None
    now: Clock

    def note(self, channel_id: str, *, is_shared: bool) -> None:
        """Audit whether a channel is shared, if that has changed, and raise the alarm if it is."""
        recipients = self._recipients(channel_id)  # before the transaction: it reads grants
        with self.store.write(ledger=False) as session:
            last = channel_posts.sharings(session).get(channel_id, ChannelSharing())
            if last.is_shared == is_shared:
                return
            posts = channel_posts.count_posts(session, channel_id)
            parcels = self._parcels(channel_id, posts, last, recipients) if is_shared else ()
            queued = [outbox.enqueue(session, parcel, now=self.now()) for parcel in parcels]
            if queued and not any(queued):
                return  # another process has found out at the same time, and audits it
            action = SHARED if is_shared else UNSHARED
            entry = own_entry(action, team_id=self.team_id, channel_id=channel_id, at=self.now())
            audit.append(session, entry)
        if is_shared:
            result = "told" if recipients else "untold"
            log.error("a channel is shared outside", extra={"result": result})

    def _recipients(self, channel_id: str) -> tuple[str, ...]:
        # Never the channel itself: the other company would read the alarm.
        every = admins_and_channel(self.records, self.admin_channel)
        return tuple(one for one in every if one != channel_id)

    def _parcels(
        self, channel_id: str, posts: int, last: ChannelSharing, recipients: tuple[str, ...]
    ) -> tuple[Parcel, ...]:
        return tuple(
            message_parcel(
                channel_alarm(channel_id, posts),
                # By the last audited change: the next time it is shared is another alarm.
                dedupe_key=f"{NOTICE}:shared:{channel_id}:{last.number}:{one}",
                team_id=self.team_id,
                to=one,
                now=self.now(),
            )
            for one in recipients
        )
