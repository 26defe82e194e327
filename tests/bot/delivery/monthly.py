"""A monthly digest that is due, and a planner that has October to tell."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.delivery.failure_notices import FailureNotices
from bot.delivery.payloads import Payload, pack
from bot.digests.composing import ComposedDigest
from bot.digests.job import Planner, WeekComposer
from bot.digests.months import News, news_of
from bot.message import Message
from storage.delivery.parcels import Body, Picture
from storage.digests.runs import told_month
from storage.digests.subscriptions import Subscription
from storage.store.engine import Store
from tests.bot.delivery.letters import PNG
from tests.slack.workspace import TEAM_ID
from tests.storage.subscribers import due_in_hour_of, subscribe

OCTOBER = date(2026, 10, 1)
A_MONTH = timedelta(days=28)


@dataclass(frozen=True)
class OctoberComposer:
    """Composes October, the last closed month, with a picture and a thread."""

    store: Store

    def news(self, subscription: Subscription, _: datetime) -> News:
        with self.store.read() as session:
            return news_of(told_month(session, subscription.id), OCTOBER)

    def compose_week(self, *_: object) -> ComposedDigest:
        return ComposedDigest(
            payload_json=said("October: NRR 101.5%"),
            pictures=drawn(),
            data_version=1,
            fingerprint="",
            posted=(),
            thread=Body(payload_json=said("What moved October"), pictures=drawn()),
            month=OCTOBER,
        )


def planner_with(store: Store, composer: WeekComposer) -> Planner:
    return Planner(
        store,
        team_id=TEAM_ID,
        composer=composer,
        is_allowed=lambda _: True,
        suspend=lambda *_: None,
        notices=FailureNotices(),
    )


def subscribe_monthly(store: Store, *, channel_id: str, owner_id: str, now: datetime) -> None:
    """Subscribe a channel to a monthly digest that became due within the last hour."""
    due = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    subscribe(
        store,
        team_id=TEAM_ID,
        channel_id=channel_id,
        owner_id=owner_id,
        is_monthly=True,
        schedule=due_in_hour_of(due),
        now=due - timedelta(minutes=1),
    )


def said(text: str) -> str:
    block = {"type": "section", "text": {"type": "plain_text", "text": text}}
    return pack(Payload(message=Message(text, blocks=(block,))))


def drawn() -> tuple[Picture, ...]:
    return (Picture(png=PNG, alt_text="NRR went up"),)
