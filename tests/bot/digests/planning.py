"""A planner with a clock and a composer of our own, and what it left in the store."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from bot.answers.small_cohorts import SmallCohortError
from bot.delivery.failure_notices import FailureNotices
from bot.digests.composing import ComposedDigest
from bot.digests.job import Planner
from bot.digests.months import News, news_of
from storage.delivery.parcels import Picture
from storage.digests.runs import told_month
from storage.digests.subscriptions import Subscription
from storage.store.engine import Store
from tests.storage.posted import shown_in
from tests.storage.stores import rows
from tests.storage.subscribers import CREATED

FIGURE = "104.2%"
OCTOBER = shown_in(date(2026, 10, 1), Fraction("1.042"), data_version=7)
DUE = datetime(2026, 11, 16, 8, tzinfo=UTC)
"""Monday, 09:00 in Berlin: when the usual subscription is due first."""


@dataclass
class PlanningScene:
    """A store in which digests are planned.

    ``breaking``, ``few`` and ``forbidden`` are the subscriptions whose digest cannot be composed,
    is about too few accounts, or may not be seen; ``meanwhile`` is what happens while one is
    composed. A monthly digest tells of the last month that is ``closed``.
    """

    store: Store
    now: datetime = CREATED
    composed: list[tuple[int, str]] = field(default_factory=list)
    breaking: set[int] = field(default_factory=set)
    forbidden: set[int] = field(default_factory=set)
    few: set[int] = field(default_factory=set)
    suspended: list[tuple[int, str]] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    closed: date | None = None

    def planner(self, *, team_id: str = "T1") -> Planner:
        return Planner(
            self.store,
            team_id=team_id,
            composer=self,
            is_allowed=lambda subscription: subscription.id not in self.forbidden,
            suspend=lambda subscription, reason: self.suspended.append((subscription.id, reason)),
            notices=FailureNotices(),
        )

    def news(self, subscription: Subscription, _: datetime) -> News:
        if not subscription.content.is_monthly:
            return News.SOME
        with self.store.read() as session:
            return news_of(told_month(session, subscription.id), self.closed)

    def compose_week(
        self, subscription: Subscription, week: str, due_at: datetime
    ) -> ComposedDigest:
        self.composed.append((subscription.id, week))
        self.meanwhile()
        if subscription.id in self.few:
            raise SmallCohortError(())
        if subscription.id in self.breaking:
            raise ValueError(f"Acme GmbH has {FIGURE}")
        return ComposedDigest(
            payload_json=f'{{"text": "{FIGURE} {week} {due_at:%H:%M}"}}',
            pictures=(Picture(png=b"\x89PNG", alt_text="The bridge"),),
            data_version=7,
            fingerprint=FIGURE,
            posted=(OCTOBER,),
            month=self.closed,
        )

    def plan_at(self, now: datetime) -> int:
        """Plan once, as a bot that has just been started."""
        self.now = now
        return self.planner().plan(now)

    def plan_until(self, end: datetime, *, step: timedelta) -> list[datetime]:
        """Plan again and again; return when a digest was put on its way."""
        planner, planned = self.planner(), []
        while self.now < end:
            self.now += step
            planned += [self.now] * planner.plan(self.now)
        return planned

    def runs(self) -> list[tuple[int, str, str]]:
        """Return the weeks that were planned, with what came of it."""
        statement = "SELECT subscription_id, week, outcome FROM digest_run ORDER BY 1, 2"
        return [(number, week, outcome) for number, week, outcome in rows(self.store, statement)]

    def messages(self) -> list[tuple[str, str]]:
        """Return kind and target of what was put on its way."""
        return [
            (kind, target)
            for kind, target in rows(self.store, "SELECT kind, channel_id FROM outbox ORDER BY id")
        ]
