"""Tells the administrators of a source that fails: once, and again after a week."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC

from bot.access.records import Records, admins
from bot.clock import Clock
from bot.delivery.failure_notices import notice_parcel
from bot.delivery.outcomes import NOTICE
from bot.message import Message
from bot.sources.wording import failure_notice
from storage.delivery import outbox
from storage.sources.states import is_untold, list_states, note_told
from storage.store.engine import Store

log = logging.getLogger("nrrbot.sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureTeller:
    """Puts one message for each administrator on its way, however many processes find out.

    Attributes
    ----------
    admin_channel : str, optional
        A channel of the administrators, beside those who are granted that by name.
    """

    store: Store
    records: Records
    team_id: Callable[[], str]
    admin_channel: str | None
    now: Clock

    def tell(self) -> None:
        """Tell of the failures that nobody was told of since the source last was well."""
        now = self.now()
        with self.store.read() as session:
            if not any(is_untold(state, now=now) for state in list_states(session)):
                return
        recipients = [*admins(self.records), *([self.admin_channel] if self.admin_channel else [])]
        if not recipients:
            log.error("a source fails, and there is nobody to tell")
            return
        team_id = self.team_id()
        with self.store.write(ledger=False) as session:
            for state in note_told(session, now=now):
                since = (state.failed_since or now).astimezone(UTC).isoformat()
                for one in recipients:
                    parcel = notice_parcel(
                        Message(failure_notice(state)),
                        dedupe_key=f"{NOTICE}:source:{state.name}:{since}:{state.told_at}:{one}",
                        team_id=team_id,
                        to=one,
                        now=now,
                    )
                    outbox.enqueue(session, parcel, now=now)
