"""The ``plan`` tick: weeks that are due become messages in the outbox, each of them once."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.answers.small_cohorts import SmallCohortError
from bot.delivery.notices import Notices
from bot.delivery.outcomes import STALE_AFTER, skipped
from bot.digests.composing import Composed, digest_parcel
from metrics.schedules import DueWeek, weeks_due
from storage.delivery.outbox import Parcel
from storage.digests.runs import DigestRun, RunOutcome, planned_weeks, record
from storage.digests.subscriptions import Subscription, get, list_active
from storage.store.engine import Store

REST = timedelta(minutes=5)
"""How long a digest that could not be composed waits for its next turn."""

TOO_FEW = "too_few"
"""Why a digest is suspended that would be about accounts which may not be told apart."""

log = logging.getLogger("nrrbot.plan")


class Planner:
    """Plans the weeks of every subscription; any number may do so at once.

    Parameters
    ----------
    compose : callable
        Makes the digest of a subscription for a week that was due at a moment. It may be slow:
        no transaction is open meanwhile.
    is_allowed : callable
        Tells whether the channel may see it and its owner still answers for it, as far as is known
        now. While it is not allowed nothing is composed.
    suspend : callable
        Suspends one of which nothing may be shown, with the reason in one word, and tells its
        owner.
    notices : Notices
        Writes to the owner of a digest that is skipped, because it is too late for it.
    now : callable
        The moment it is, aware.
    """

    def __init__(
        self,
        store: Store,
        *,
        team_id: str,
        compose: Callable[[Subscription, str, datetime], Composed],
        is_allowed: Callable[[Subscription], bool],
        suspend: Callable[[Subscription, str], None],
        notices: Notices,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._team_id = team_id
        self._compose = compose
        self._is_allowed = is_allowed
        self._suspend = suspend
        self._notices = notices
        self._now = now
        self._resting: dict[int, datetime] = {}

    def plan(self) -> int:
        """Plan what is due by now; return how many digests were put on their way.

        A digest that fails stays due, and keeps no other one waiting.
        """
        now = self._now()
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
        except SmallCohortError:
            self._suspend(subscription, TOO_FEW)
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
        *missed, latest = waiting
        for week in missed:
            self._record(subscription, _skipped(subscription, week), now=now)
        if now - latest.due_at > STALE_AFTER:
            notices = self._tell(subscription, latest, now)
            self._record(subscription, _skipped(subscription, latest), *notices, now=now)
            return False
        return self._is_allowed(subscription) and self.queue(subscription, latest, now)

    def queue(self, subscription: Subscription, week: DueWeek, now: datetime) -> bool:
        """Put a week's digest on its way; False if somebody else did, or it was changed since."""
        composed = self._compose(subscription, week.week, week.due_at)
        run = DigestRun(
            subscription_id=subscription.id,
            week=week.week,
            due_at=week.due_at,
            outcome=RunOutcome.QUEUED,
            data_version=composed.data_version,
            figures=composed.figures,
        )
        parcel = digest_parcel(subscription, composed, occasion=week.week, due_at=week.due_at)
        return self._record(subscription, run, parcel, now=now)

    def _record(
        self, subscription: Subscription, run: DigestRun, *parcels: Parcel, now: datetime
    ) -> bool:
        """Store a planned week and what it says, unless the subscription was changed meanwhile."""
        with self._store.write(ledger=False) as session:
            is_unchanged = get(session, subscription.id) == subscription
            return is_unchanged and record(session, run, *parcels, now=now)

    def _tell(self, subscription: Subscription, week: DueWeek, now: datetime) -> tuple[Parcel, ...]:
        return self._notices.parcels(
            self._notices.words(subscription.destination.channel_id, skipped()),
            key=f"stale:{subscription.id}:{week.week}",
            team_id=self._team_id,
            owner_id=subscription.destination.owner_id,
            now=now,
        )


def _skipped(subscription: Subscription, week: DueWeek) -> DigestRun:
    return DigestRun(
        subscription_id=subscription.id,
        week=week.week,
        due_at=week.due_at,
        outcome=RunOutcome.SKIPPED_STALE,
    )
