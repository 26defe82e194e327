"""Composes the message of a subscription's digest, with its pictures drawn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.access.visibility import EVERYTHING
from bot.answers.answers import Answers
from bot.answers.reading import Reading
from bot.answers.small_cohorts import DetailNeededError
from bot.answers.small_stretches import may_tell
from bot.delivery.outcomes import DIGEST, THREAD
from bot.delivery.payloads import Payload, draw_safely, due_words, pack
from bot.digests.building import build_digest
from bot.digests.digest import AlertNews, Digest, DigestRequest, SinceLastDigest
from bot.digests.message import digest_message, thread_message
from bot.digests.months import News, closed_month, last_closed, news_of
from bot.questions.question import canonical_text
from metrics.alerts.states import Transition, TransitionKind
from metrics.rollup import Scope
from metrics.schedules import read_zone, schedule_for
from storage.alerts.notices import news_between
from storage.alerts.snapshot import AlertSnapshot
from storage.channels.posted_figures import PostedFigure, ShownFigure, last_shown
from storage.delivery.parcels import Address, Body, Parcel, ParcelBasis, Picture
from storage.digests.runs import last_due, last_fingerprint, told_month, weeks_missed
from storage.digests.subscriptions import DigestContent, Subscription
from storage.store.engine import Store
from storage.tables.scopes import scope_text

WHERE_NAMES_ARE = "an administrator adds this channel to NRRBOT_NAMES_IN_CHANNELS"
A_WEEK, A_MONTH = timedelta(days=7), timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedDigest:
    """A digest as it will be sent; nothing of it is looked up later.

    Attributes
    ----------
    payload_json : str
        Text and blocks, see `bot.delivery.payloads`.
    fingerprint : str
        See `bot.digests.digest.Digest.fingerprint`: next week's is compared with it.
    posted : tuple of PostedFigure
        The figures that its channel is shown.
    thread : Body, optional
        What stands in its thread, if anything.
    month : date, optional
        See `bot.digests.digest.Digest.closed_month`.
    """

    payload_json: str
    pictures: tuple[Picture, ...]
    data_version: int
    fingerprint: str
    posted: tuple[PostedFigure, ...]
    thread: Body | None = None
    month: date | None = None


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

    def news(self, subscription: Subscription, due_at: datetime) -> News:
        """Look whether the digest of a week has anything to tell: a weekly one always has."""
        if not subscription.content.is_monthly:
            return News.SOME
        with self.store.read() as session:
            told = told_month(session, subscription.id)
        today = local_day(due_at, subscription.schedules[-1].time_zone)
        return news_of(told, last_closed(self.answers, today=today))

    def compose_week(
        self, subscription: Subscription, week: str, due_at: datetime
    ) -> ComposedDigest:
        """Compose the digest of a week that was due at a moment.

        Raises
        ------
        UsageError, MetricsError, StorageError
            With one sentence: the ledger is empty, or knows the scope or the dimension no longer.
        """
        digest = self.digest_of_week(subscription, week, due_at)
        return pack_digest(digest, due=due_words(due_at, zone_in(subscription, week)))

    def compose_now(self, subscription: Subscription, week: str, now: datetime) -> ComposedDigest:
        """Compose the digest as of now, in full, whatever its channel was told before."""
        since = SinceLastDigest(shown=self._shown(subscription))
        return pack_digest(self._digest(subscription, week, now, since))

    def digest_of_week(
        self, subscription: Subscription, week: str, due_at: datetime, *, month: date | None = None
    ) -> Digest:
        """Return the digest of a week, compared with the last one that its channel got.

        Parameters
        ----------
        month : date, optional
            The first day of the month that a monthly one is about, by default the last closed one.
        """
        number, shown = subscription.id, self._shown(subscription)
        is_monthly = subscription.content.is_monthly
        with self.store.read() as session:
            usual = A_MONTH if is_monthly else A_WEEK
            last = last_due(session, number, before=week) or due_at - usual
            news = news_between(session, last, due_at)
            since = SinceLastDigest(
                shown=shown, alerts=self._seen_by(subscription, news, AlertSnapshot.read(session))
            )
            if is_monthly:
                since = replace(since, month=told_month(session, number).month)
            else:
                since = replace(
                    since,
                    posted=last_fingerprint(session, number, before=week),
                    weeks_missed=weeks_missed(session, number, before=week),
                )
        return self._digest(subscription, week, due_at, since, month)

    def _seen_by(
        self, subscription: Subscription, news: Iterable[Transition], snapshot: AlertSnapshot
    ) -> tuple[AlertNews, ...]:
        # of an alert that fired and recovered in one week, that it recovered is the news
        last = {one.alert.fingerprint: one for one in news}
        within = [
            AlertNews(transition=one, alert=snapshot.alert(one.alert.fingerprint))
            for one in last.values()
            if covers(subscription.content, one.alert.scope)
        ]
        is_open = subscription.destination.channel_id in self.names_in
        if not within or is_open or self.answers.shows_small_groups():
            return tuple(within)
        with self.answers.reading() as reading:
            return tuple(one for one in within if self._may_tell(reading, one))

    def _may_tell(self, reading: Reading, news: AlertNews) -> bool:
        told, alert = news.transition, news.alert
        if told.kind is TransitionKind.INSUFFICIENT:
            return True  # that is told without a figure
        if alert is None:  # of a rule that is removed nobody knows what it compared with
            return False
        seen = EVERYTHING.scopes
        return may_tell(reading, alert.rule, seen, month=told.period, verdict=told.verdict)

    def _shown(self, subscription: Subscription) -> tuple[ShownFigure, ...]:
        with self.store.read() as session:
            shown = last_shown(session, subscription.destination.channel_id)
        return tuple(one for one in shown if covers(subscription.content, one.figure.scope))

    def _digest(
        self,
        subscription: Subscription,
        week: str,
        moment: datetime,
        since: SinceLastDigest,
        month: date | None = None,
    ) -> Digest:
        is_open = subscription.destination.channel_id in self.names_in
        today = local_day(moment, zone_in(subscription, week))
        if subscription.content.is_monthly:
            month = closed_month(self.answers, month, today=today)
        request = DigestRequest(
            content=subscription.content,
            week=week,
            today=today,
            names_shown=is_open,
            small_shown=is_open,
            since=since,
            number=subscription.id,
            month=month,
        )
        try:
            return build_digest(self.answers, request)
        except DetailNeededError as error:  # its readers have no grants: the channel would need it
            raise error.with_line(WHERE_NAMES_ARE) from error


def pack_digest(digest: Digest, *, due: str = "") -> ComposedDigest:
    """Draw a digest and pack its message; ``due`` is the moment that it was due, in words."""
    from bot.digests import chart  # noqa: PLC0415 - matplotlib is slow to load

    thread = thread_message(digest)
    question = canonical_text(digest.answer.question)
    return ComposedDigest(
        payload_json=pack(Payload(message=digest_message(digest), due=due, question=question)),
        pictures=draw_safely(lambda: chart.digest_pictures(digest)),
        data_version=digest.answer.grounds.data_version,
        fingerprint=digest.fingerprint,
        posted=digest.posted,
        month=digest.closed_month,
        thread=None
        if thread is None
        else Body(
            payload_json=pack(Payload(message=thread)),
            pictures=draw_safely(lambda: chart.thread_pictures(digest)),
        ),
    )


def digest_parcels(
    subscription: Subscription, composed: ComposedDigest, *, occasion: str, due_at: datetime
) -> tuple[Parcel, ...]:
    """Return the parcel of a digest for the outbox, then that of its thread, if it has one."""
    to = subscription.destination
    parcel = Parcel(
        # of one occasion, such as a week, the outbox takes one parcel, whoever composed it
        dedupe_key=f"digest:{to.team_id}:{to.channel_id}:{subscription.id}:{occasion}",
        kind=DIGEST,
        address=Address(
            team_id=to.team_id, channel_id=to.channel_id, subscription_id=subscription.id
        ),
        body=Body(payload_json=composed.payload_json, pictures=composed.pictures),
        basis=ParcelBasis(
            scope=scope_text(subscription.content.scope), data_version=composed.data_version
        ),
        due_at=due_at,
    )
    if composed.thread is None:
        return (parcel,)
    key = parcel.dedupe_key
    below = replace(
        parcel, dedupe_key=f"{key}:thread", kind=THREAD, body=composed.thread, follows=key
    )
    return parcel, below


def covers(content: DigestContent, scope: Scope) -> bool:
    """Tell whether whoever may see a digest of some content may see a scope: it is within it."""
    return set(content.scope) <= set(scope)


def zone_in(subscription: Subscription, week: str) -> str:
    """Return the time zone of a subscription in a week such as ``2026-W46``."""
    monday = date.fromisoformat(f"{week}-1")
    # a digest that is sent at once may come before the first week of its schedule
    schedule = schedule_for(subscription.schedules, monday) or subscription.schedules[0]
    return schedule.time_zone


def local_day(moment: datetime, zone: str) -> date:
    """Return the date in a time zone at a moment."""
    return moment.astimezone(read_zone(zone)).date()
