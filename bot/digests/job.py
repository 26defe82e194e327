"""The ``plan`` tick: puts the digest of each week that is due into the outbox, once."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.answers.small_cohorts import DetailNeededError
from bot.delivery.failure_notices import FailureNotices
from bot.delivery.outcomes import DIGEST_STALE_AFTER, skipped
from bot.digests.composing import ComposedDigest, digest_parcels
from bot.digests.months import News
from metrics.schedules import DueWeek, weeks_due
from storage.channels.posted_figures import PostedFigure, remember
from storage.delivery.parcels import Parcel
from storage.digests.runs import DigestRun, RunOutcome, planned_weeks, record
from storage.digests.subscriptions import Subscription, get, list_active, passed_over
from storage.store.engine import Store

REST = timedelta(minutes=5)
"""How long a digest that could not be composed waits for its next turn."""

TOO_FEW = "too_few"
"""The reason of a suspended digest whose accounts are too few to be told apart."""

log = logging.getLogger("nrrbot.plan")


class WeekComposer(Protocol):
    """Composes digests for the planner, see `bot.digests.composing.DigestComposer`."""

    def news(self, subscription: Subscription, due_at: datetime, /) -> News:
        """Look whether a week that was due at a moment has anything to tell."""

    def compose_week(
        self, subscription: Subscription, week: str, due_at: datetime, /
    ) -> ComposedDigest:
        """Compose the digest of a week that was due at a moment."""


class Planner:
    """Plans the weeks of every subscription; any number of planners may do so at once.

    Parameters
    ----------
    composer : WeekComposer
        It may be slow: no transaction is open meanwhile.
    is_allowed : callable
        Tells whether the channel may see it and its owner still answers for it. While it is not
        allowed nothing is composed.
    suspend : callable
        Suspends a subscription for a reason in one word, and tells its owner.
    notices : FailureNotices
        Writes to the owner of a digest that is skipped because it is too late.
    """

    def __init__(
        self,
        store: Store,
        *,
        team_id: str,
        composer: WeekComposer,
        is_allowed: Callable[[Subscription], bool],
        suspend: Callable[[Subscription, str], None],
        notices: FailureNotices,
    ) -> None:
        self._store = store
        self._team_id = team_id
        self._composer = composer
        self._is_allowed = is_allowed
        self._suspend = suspend
        self._notices = notices
        self._resting: dict[int, datetime] = {}

    def plan(self, now: datetime) -> int:
        """Plan every week that is due by now, and return the number of digests put on their way.

        A digest that fails stays due, and keeps no other one waiting.
        """
        with self._store.read() as session:
            active = [
                (subscription, planned_weeks(session, subscription.id))
                for subscription in list_active(session)
                if subscription.destination.team_id == self._team_id
            ]
        return sum(self._attempt(subscription, planned, now) for subscription, planned in active)

    def _attempt(self, subscription: Subscription, planned: set[str], now: datetime) -> bool:
        if now < self._resting.get(subscription.id, now):
            return False
        try:
            return self._plan(subscription, planned, now)
        except DetailNeededError:
            self._suspend(subscription, TOO_FEW)  # or it would fail every five minutes for good
            return False
        except Exception:
            log.exception("a digest could not be planned")
            self._resting[subscription.id] = now + REST
            return False

    def _plan(self, subscription: Subscription, planned: set[str], now: datetime) -> bool:
        due = weeks_due(subscription.schedules, since=subscription.created_at, now=now)
        waiting = [week for week in due if week.week not in planned]
        if not waiting:
            return False
        *missed, latest = waiting  # only the latest is sent: older figures would only confuse
        for week in missed:
            outcome = passed_over(subscription)
            record_week(self._store, subscription, _unsent(subscription, week, outcome), now=now)
        news = self._composer.news(subscription, latest.due_at)
        if news is News.NONE:
            quiet = _unsent(subscription, latest, RunOutcome.QUIET)
            record_week(self._store, subscription, quiet, now=now)
        return news is News.SOME and self._send(subscription, latest, now)

    def _send(self, subscription: Subscription, latest: DueWeek, now: datetime) -> bool:
        if now - latest.due_at > DIGEST_STALE_AFTER:
            notices = self._notices_of_skipping(subscription, latest, now)
            skipped_week = _unsent(subscription, latest, RunOutcome.SKIPPED_STALE)
            record_week(self._store, subscription, skipped_week, *notices, now=now)
            return False
        if not self._is_allowed(subscription):
            return False
        composed = self._composer.compose_week(subscription, latest.week, latest.due_at)
        return queue_week(self._store, subscription, latest, composed, now=now)

    def _notices_of_skipping(
        self, subscription: Subscription, week: DueWeek, now: datetime
    ) -> tuple[Parcel, ...]:
        return self._notices.parcels(
            self._notices.words(
                subscription.destination.channel_id,
                skipped(),
                is_monthly=subscription.content.is_monthly,
            ),
            key=f"stale:{subscription.id}:{week.week}",
            team_id=self._team_id,
            owner_ids=[subscription.destination.owner_id],
            now=now,
        )


def queue_week(
    store: Store,
    subscription: Subscription,
    due: DueWeek,
    composed: ComposedDigest,
    *,
    now: datetime,
) -> bool:
    """Put a week's digest on its way; False if it is already, or the subscription was changed."""
    run = DigestRun(
        subscription_id=subscription.id,
        week=due.week,
        due_at=due.due_at,
        outcome=RunOutcome.QUEUED,
        data_version=composed.data_version,
        fingerprint=composed.fingerprint,
        month=composed.month,
    )
    parcels = digest_parcels(subscription, composed, occasion=due.week, due_at=due.due_at)
    return record_week(store, subscription, run, *parcels, posted=composed.posted, now=now)


def record_week(
    store: Store,
    subscription: Subscription,
    run: DigestRun,
    *parcels: Parcel,
    posted: Sequence[PostedFigure] = (),
    now: datetime,
) -> bool:
    """Store a planned week, its parcels and what the first of them shows its channel.

    Nothing is stored, and False returned, if the subscription was changed meanwhile, or another
    planner was first.
    """
    with store.write(ledger=False) as session:
        # composing took seconds: it may have been paused, or asked for something else, since
        is_unchanged = get(session, subscription.id) == subscription
        is_new = is_unchanged and record(session, run, *parcels, now=now)
        if is_new and posted:
            parcel = parcels[0]
            remember(
                session,
                parcel.address.channel_id,
                posted,
                outbox_key=parcel.dedupe_key,
                now=now,
            )
        return is_new


def _unsent(subscription: Subscription, week: DueWeek, outcome: RunOutcome) -> DigestRun:
    return DigestRun(
        subscription_id=subscription.id,
        week=week.week,
        due_at=week.due_at,
        outcome=outcome,
    )
