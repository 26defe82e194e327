"""The weekly word to administrators: what got worse, and nothing where nothing did."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.data_quality.worsening import Worse, measures, worse_lines, worsened
from bot.delivery.outcomes import QUALITY
from bot.delivery.parcels import message_parcel
from bot.style.names import plural
from bot.style.parts import Headline, Parts, Quiet, Said
from bot.style.rendering import message_of
from storage.delivery import outbox
from storage.delivery.parcels import Parcel, ParcelBasis
from storage.errors import EmptyLedgerError
from storage.quality.readings import has_reading, note_reading, reading_before
from storage.quality.review import DataReview
from storage.store.engine import Store
from storage.tables.scopes import scope_text

HOUR = 9
"""Of Monday in the workspace's zone, from which on a week is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyWord:
    """Reads the data once a week, and tells what got worse since the week before.

    Attributes
    ----------
    read : callable
        Reads the review of a day.
    recipients : callable
        Lists the administrators' channel, or the administrators where there is none.
    team_id : callable
        Names the workspace, which is not known before Slack is connected.
    """

    store: Store
    read: Callable[[date], DataReview]
    recipients: Callable[[], Collection[str]]
    team_id: Callable[[], str]
    zone: ZoneInfo
    now: Clock

    def run(self) -> None:
        """Read this week, unless that was done; the first week only begins the count."""
        now = self.now()
        week = week_due(now, self.zone)
        with self.store.read() as session:
            if has_reading(session, week):
                return
        try:
            counted = measures(self.read(now.astimezone(self.zone).date()))
        except EmptyLedgerError:
            return
        recipients, team_id = self.recipients(), self.team_id()
        with self.store.write(ledger=False) as session:
            before = reading_before(session, week)
            if not note_reading(session, week, counted, now=now) or before is None:
                return
            if found := worsened(before, counted):
                for one in recipients:
                    parcel = word_parcel(found, week, team_id=team_id, to=one, now=now)
                    outbox.enqueue(session, parcel, now=now)


def week_due(now: datetime, zone: ZoneInfo) -> str:
    """Name the newest week whose Monday morning has come, such as ``2026-W46``.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 8, 59, tzinfo=UTC)
    >>> week_due(monday, ZoneInfo("UTC")), week_due(monday + timedelta(minutes=1), ZoneInfo("UTC"))
    ('2026-W47', '2026-W48')
    """
    local = now.astimezone(zone)
    is_early = local.weekday() == 0 and local.time() < time(HOUR)
    year, week, _ = (local.date() - timedelta(days=1) if is_early else local.date()).isocalendar()
    return f"{year}-W{week:02d}"


def word_parts(found: list[Worse]) -> Parts:
    """Compose the word."""
    things = plural(len(found), "thing")
    return (
        Headline(f"The data: {things} got worse in a week"),
        Said(*worse_lines(found)),
        Quiet("/nrr data shows all of it, and what to type."),
    )


def word_parcel(found: list[Worse], week: str, *, team_id: str, to: str, now: datetime) -> Parcel:
    """Make the parcel of a week's word; whoever makes it for a recipient, it is sent once."""
    return message_parcel(
        message_of(word_parts(found)),
        dedupe_key=f"{QUALITY}:{team_id}:{week}:{to}",
        team_id=team_id,
        to=to,
        now=now,
        kind=QUALITY,
        basis=ParcelBasis(scope=scope_text(())),
    )
