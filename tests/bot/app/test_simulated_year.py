"""A year of Mondays in twenty channels, by a clock that the test moves, over a Slack with faults.

Six weeks in two channels with every run, all of it with `make test-slow`.
"""

import gc
import tracemalloc
from collections import Counter
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from bot.delivery.payloads import Payload, due_words, pack
from bot.digests.composing import ComposedDigest, zone_in
from bot.digests.months import News
from bot.message import Message
from metrics.schedules import next_due
from storage.digests.subscriptions import Subscription
from storage.store.engine import Store
from tests.bot.delivery.letters import HEADLINE, Office
from tests.bot.delivery.monthly import planner_with
from tests.slack.faults import Fault
from tests.slack.people import Channel, ChannelKind, User
from tests.slack.server import FakeSlack
from tests.slow import IS_SLOW
from tests.storage.conftest import sqlite_store, sqlite_template  # noqa: F401 - fixtures

CHANNELS = 20 if IS_SLOW else 2
WEEKS = 52 if IS_SLOW else 8
SETTLED_WEEKS = 7
"""After how many weeks caches are full, and traced for one: from then on memory must be flat."""
MOST_GROWTH = 200_000 if IS_SLOW else 100_000
"""In bytes; one leaked session or figure a digest would be many times as much."""
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")
FAULTS = cycle(
    [
        Fault.reset_after_accept(),
        Fault.server_error(503),
        Fault.rate_limited("30"),
        Fault.error("internal_error", accepted=True),
        Fault.reset_before_accept(),
    ]
)
OURS = tuple(f"{Path(__file__).parents[3]}/{part}/*" for part in ("bot", "metrics", "storage"))
THEIRS = ("*/sqlalchemy/*", "*/sqlmodel/*", "*/slack_sdk/*")


@pytest.mark.timeout(1_800)
def test_a_year_of_digests_is_sent_once_each_and_memory_is_flat(
    slack: FakeSlack,
    sqlite_store: Store,  # noqa: F811
    ana: User,
    revops: Channel,
) -> None:
    slack.clock.freeze()
    office = Office(slack=slack, store=sqlite_store, owner=ana, channel=revops)
    channels = [
        slack.workspace.add_channel(f"c{number}", kind=ChannelKind.PRIVATE)
        for number in range(CHANNELS)
    ]
    subscribed = [
        office.subscribe(channel, zone=zone)
        for channel, zone in zip(channels, cycle(ZONES), strict=False)
    ]
    planner = planner_with(office.store, Composing())
    said: Counter[str] = Counter()
    marks: set[str] = set()

    before = 0
    for week in range(WEEKS):
        if week == SETTLED_WEEKS - 1:
            tracemalloc.start()
        if week == SETTLED_WEEKS:
            before = traced()
        for moment in due_this_week(subscribed, office.now()):
            office.wait(seconds=(moment - office.now()).total_seconds())
            slack.faults.next("chat.postMessage", next(FAULTS))
            planner.plan(office.now())
            planner.plan(office.now())
            office.settle_down()
        empty(slack, said, marks)

    growth = traced() - before
    tracemalloc.stop()
    assert said == {channel.id: WEEKS for channel in channels}
    assert len(marks) == WEEKS * CHANNELS
    assert growth < MOST_GROWTH


class Composing:
    """Composes a headline for each week."""

    def news(self, _: Subscription, __: datetime) -> News:
        return News.SOME

    def compose_week(
        self, subscription: Subscription, week: str, due_at: datetime
    ) -> ComposedDigest:
        message = Message(f"NRR of {week}", blocks=(HEADLINE,))
        due = due_words(due_at, zone_in(subscription, week))
        payload = Payload(message=message, due=due)
        return ComposedDigest(
            payload_json=pack(payload), pictures=(), data_version=1, fingerprint="", posted=()
        )


def due_this_week(subscribed: list[Subscription], now: datetime) -> list[datetime]:
    """Return the moments at which the next digests are due, a week of them."""
    dues = {next_due(one.schedules, now=now).due_at for one in subscribed}
    return sorted(due for due in dues if due - now < timedelta(days=8))


def empty(slack: FakeSlack, said: Counter[str], marks: set[str]) -> None:
    """Count what was said, and let Slack forget it: only our own memory is to be measured."""
    for message in slack.workspace.messages():
        said[message.channel] += 1
        assert message.metadata is not None
        marks.add(message.metadata["event_payload"]["k"])
        slack.workspace.delete_message(message)


def traced() -> int:
    """Return how many bytes our code and the libraries under it hold."""
    filters = [tracemalloc.Filter(inclusive=True, filename_pattern=each) for each in OURS + THEIRS]
    gc.collect()
    snapshot = tracemalloc.take_snapshot().filter_traces(filters)
    return sum(statistic.size for statistic in snapshot.statistics("filename"))
