"""From a subscription and a week to the message that will be sent, with its pictures drawn."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.answers.answers import Answers
from bot.delivery.outcomes import DIGEST
from bot.delivery.payloads import Payload, draw_safely, due_words, pack
from bot.digests.digest import Digest, DigestRequest, compose, digest_figures
from bot.digests.message import digest_message
from metrics.alerts.states import Transition
from metrics.schedules import read_zone, schedule_for
from storage.alerts.notices import listed_between
from storage.delivery.outbox import Parcel, Picture
from storage.digests.runs import last_due, last_figures, weeks_missed
from storage.digests.subscriptions import Subscription
from storage.store.engine import Store
from storage.tables.scopes import scope_text

A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A digest as it will be sent; nothing of it is looked up later.

    Attributes
    ----------
    payload_json : str
        Text and blocks, see `bot.delivery.payloads`.
    figures : str
        What it says, as JSON, to compare next week's with.
    """

    payload_json: str
    pictures: tuple[Picture, ...]
    data_version: int
    figures: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestComposer:
    """Composes digests; it reads the ledger and draws, so it may take seconds.

    Attributes
    ----------
    names_in : frozenset of str
        The channels in which accounts may be named.
    """

    answers: Answers
    store: Store
    names_in: frozenset[str]

    def compose(self, subscription: Subscription, week: str, due_at: datetime) -> Composed:
        """Return the digest of a week that was due at a moment, as it will be sent.

        Raises
        ------
        UsageError, MetricsError, StorageError
            With one sentence: the ledger is empty, or knows the scope or the dimension no longer.
        """
        digest = self.of_week(subscription, week, due_at)
        return composed(digest, due=due_words(due_at, zone_in(subscription, week)))

    def of_week(self, subscription: Subscription, week: str, due_at: datetime) -> Digest:
        """Return what the digest of a week says, beside what the one before said."""
        with self.store.read() as session:
            previous = last_figures(session, subscription.id, before=week)
            missed = weeks_missed(session, subscription.id, before=week)
            last = last_due(session, subscription.id, before=week) or due_at - A_WEEK
            listed = listed_between(session, last, due_at)
        today, scope = local_day(due_at, zone_in(subscription, week)), subscription.content.scope
        return self.digest(
            subscription,
            week,
            today=today,
            previous_figures=previous,
            missed=missed,
            listed=tuple(one for one in listed if set(scope) <= set(one.scope)),
        )

    def compose_now(self, subscription: Subscription, week: str, now: datetime) -> Composed:
        """Return the digest as of now, in full, whatever the channel was told before."""
        today = local_day(now, zone_in(subscription, week))
        return composed(self.digest(subscription, week, today=today))

    def digest(
        self,
        subscription: Subscription,
        week: str,
        *,
        today: date,
        previous_figures: str | None = None,
        missed: tuple[str, ...] = (),
        listed: tuple[Transition, ...] = (),
    ) -> Digest:
        """Return what a digest says, before it is put into a message."""
        request = DigestRequest(
            content=subscription.content,
            names_shown=subscription.destination.channel_id in self.names_in,
            small_shown=subscription.destination.channel_id in self.names_in,
            previous_figures=previous_figures,
            week=week,
            weeks_missed=missed,
            alerts_listed=listed,
        )
        return compose(self.answers, request, today=today)


def composed(digest: Digest, *, due: str = "") -> Composed:
    """Return a digest as it will be sent; ``due`` is when, in words, if at a certain time."""
    return Composed(
        payload_json=pack(Payload(message=digest_message(digest), due=due)),
        pictures=_pictures(digest),
        data_version=digest.answer.data_version,
        figures=digest_figures(digest),
    )


def digest_parcel(
    subscription: Subscription, composed: Composed, *, occasion: str, due_at: datetime
) -> Parcel:
    """Return what the outbox takes; of one occasion, such as a week, it takes one."""
    team_id, channel_id = subscription.destination.team_id, subscription.destination.channel_id
    return Parcel(
        dedupe_key=f"digest:{team_id}:{channel_id}:{subscription.id}:{occasion}",
        kind=DIGEST,
        team_id=team_id,
        channel_id=channel_id,
        subscription_id=subscription.id,
        scope=scope_text(subscription.content.scope),
        payload_json=composed.payload_json,
        data_version=composed.data_version,
        due_at=due_at,
        pictures=composed.pictures,
    )


def zone_in(subscription: Subscription, week: str) -> str:
    """Return the time zone that a subscription has in a week such as ``2026-W46``."""
    monday = date.fromisocalendar(int(week[:4]), int(week[-2:]), 1)
    schedule = schedule_for(subscription.schedules, monday) or subscription.schedules[0]
    return schedule.time_zone


def local_day(moment: datetime, zone: str) -> date:
    """Return the day that it is in a zone at a moment."""
    return moment.astimezone(read_zone(zone)).date()


def _pictures(digest: Digest) -> tuple[Picture, ...]:
    from bot.digests.chart import digest_pictures  # noqa: PLC0415 - matplotlib is slow to load

    return draw_safely(lambda: digest_pictures(digest))
