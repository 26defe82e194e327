"""Tells the administrators of a source that fails, once and after a week, and of its recovery."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Self

from bot.access.records import Records, admins_and_channel
from bot.clock import Clock
from bot.delivery.outcomes import NOTICE
from bot.delivery.parcels import message_parcel
from bot.message import Message
from bot.sources.wording import failure_notice, well_notice
from storage.delivery import outbox
from storage.delivery.parcels import Parcel
from storage.sources.states import (
    SourceState,
    is_untold,
    is_well_untold,
    list_states,
    note_told,
    note_told_well,
)
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
        """Tell of the failures that nobody was told of, and that those told of are over."""
        now = self.now()
        with self.store.read() as session:
            states = list_states(session)
        fails = any(is_untold(state, now=now) for state in states)
        if not fails and not any(map(is_well_untold, states)):
            return
        people = admins_and_channel(self.records, self.admin_channel)
        if fails and not people:
            log.error("a source fails, and there is nobody to tell")
            return
        self._tell(people, now)

    def _tell(self, people: Sequence[str], now: datetime) -> None:
        team_id = self.team_id()
        with self.store.write(ledger=False) as session:
            failing = note_told(session, now=now)
            notices = [_Notice.of_failure(state, one) for state in failing for one in people]
            for state in note_told_well(session):
                told = outbox.recipients(session, _key(state))
                notices += [_Notice.of_recovery(state, one) for one in people if one in told]
            for notice in notices:
                outbox.enqueue(session, notice.parcel(team_id, now), now=now)


class _Notice(NamedTuple):
    text: str
    key: str
    to: str

    @classmethod
    def of_failure(cls, state: SourceState, to: str) -> Self:
        return cls(failure_notice(state), f"{_key(state)}{state.told_at}:{to}", to)

    @classmethod
    def of_recovery(cls, state: SourceState, to: str) -> Self:
        return cls(well_notice(state), f"{_key(state)}well:{to}", to)

    def parcel(self, team_id: str, now: datetime) -> Parcel:
        message = Message(self.text)
        return message_parcel(message, dedupe_key=self.key, team_id=team_id, to=self.to, now=now)


def _key(state: SourceState) -> str:
    """Name a failure as all keys of messages about it begin."""
    since = "" if state.failed_since is None else state.failed_since.astimezone(UTC).isoformat()
    return f"{NOTICE}:source:{state.name}:{since}:"
