"""The whole of it: a process that plans, sends, and stops when it is told to."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.__main__ import run
from bot.app.clock_guard import ClockGuard, database_time
from bot.app.features import join
from bot.clock import utc_now
from bot.config import Settings
from bot.data_quality import wiring as data_quality
from bot.feature import Feature, Job
from bot.importing import wiring as importing
from bot.server.serving import build_server
from bot.slack.event import Asked
from bot.slack.sent import Asker
from bot.sources import wiring as sources
from storage.delivery.parcels import State
from storage.store.engine import Store
from tests.bot.delivery.letters import Office
from tests.bot.edge import settings_for, ticking
from tests.bot.small_company import answers_from, small_company
from tests.slack.faults import Fault
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slack.waiting import WAIT_SECONDS, wait_for
from tests.slack.workspace import TEAM_ID
from tests.storage.conftest import postgresql_store, postgresql_template  # noqa: F401 - fixtures
from tests.storage.stores import url_of
from tests.storage.subscribers import due_in_hour_of, subscribe

pytestmark = pytest.mark.slack

ROOT = Path(__file__).parents[3]
SERVE = [sys.executable, "-m", "bot", "serve"]


@pytest.fixture
def office(slack: FakeSlack, tmp_path: Path, ana: User, revops: Channel) -> Iterator[Office]:
    """A company with a ledger, by the real time."""
    store = small_company(tmp_path)
    yield Office(slack=slack, store=store, owner=ana, channel=revops)
    store.engine.dispose()


@contextmanager
def serving(office: Office) -> Iterator["subprocess.Popen[str]"]:
    """Run the bot; it has to be told to stop, and to end well, before the block ends."""
    environment = environment_of(office) | {"PYTHONWARNINGS": "error"}
    with subprocess.Popen(  # noqa: S603 - our own interpreter and code
        SERVE, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if '"ready"' in line:
                    break
            yield process
        finally:
            process.kill()


def environment_of(office: Office) -> dict[str, str]:
    return {
        "DATABASE_URL": url_of(office.store),
        "SLACK_BOT_TOKEN": office.slack.bot_token,
        "SLACK_API_URL": office.slack.api_url,
        "SLACK_SIGNING_SECRET": office.slack.signing_secret,
        "NRRBOT_ADMIN": office.owner.id,
        "NRRBOT_OPERATIONS_PORT": "0",
        "PORT": "0",
        "PATH": os.environ["PATH"],
    }


@pytest.fixture
def guard() -> ClockGuard:
    return ClockGuard(now=utc_now, monotonic=time.monotonic)


def test_a_subscription_that_is_due_gets_its_digest_with_its_pictures(
    office: Office, guard: ClockGuard
) -> None:
    subscribe_to_what_is_due(office)

    with ticking(settings_for(office.slack), office.store, guard) as meter:
        wait_for(lambda: [row.picture_state for row in office.rows()] == ["shown", "shown"])

    digest, beneath = office.shown()
    assert digest.text.startswith("Delayed: was due ")
    assert "NRR" in digest.text
    assert beneath.thread_ts == digest.ts
    for message in (digest, beneath):
        assert [block["type"] for block in message.blocks].count("image") == 1
    assert meter.idle_seconds < 60


def test_while_the_clock_cannot_be_believed_nothing_is_planned_and_nothing_sent(
    office: Office, guard: ClockGuard, log: io.StringIO
) -> None:
    subscribe_to_what_is_due(office)
    office.enqueue()
    guard.note("slack", utc_now() - timedelta(hours=2))

    with ticking(settings_for(office.slack), office.store, guard):
        wait_for(lambda: "the clock is an hour off" in log.getvalue())

    assert office.posts() == []
    assert len(office.rows()) == 1


@pytest.mark.postgres
def test_the_database_is_asked_for_the_time_again_before_each_plan(
    office: Office,
    postgresql_store: Store,  # noqa: F811
) -> None:
    shared = replace(office, store=postgresql_store)
    shared.enqueue()
    guard = ClockGuard(
        now=utc_now,
        monotonic=time.monotonic,
        ask_database=partial(database_time, postgresql_store),
    )
    guard.note("database", utc_now() - timedelta(hours=2))

    with ticking(settings_for(shared.slack), shared.store, guard):
        wait_for(shared.shown)

    assert len(shared.shown()) == 1


def test_told_to_stop_it_finishes_the_message_in_hand(office: Office) -> None:
    first, second = office.enqueue(office.subscribe()), office.enqueue(office.subscribe())
    release = Event()
    office.slack.faults.next("chat.postMessage", Fault.held(release))

    with serving(office) as process:
        wait_for(office.posts, what="the post")
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        assert any('"stopping"' in line for line in process.stderr)
        release.set()
        assert process.wait(WAIT_SECONDS) == 0

    assert office.state(first) is State.SENT
    assert office.state(second) is State.PENDING
    assert len(office.shown()) == 1


def test_without_a_scheduler_it_only_answers(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Settings] = []
    monkeypatch.setattr("bot.server.serving.serve", served.append)
    for name, value in environment_of(office).items():
        monkeypatch.setenv(name, value)

    assert run(["serve", "--no-scheduler"]) == 0
    assert run(["serve"]) == 0

    without, with_scheduler = (build_server(settings) for settings in served)
    assert without.works().scheduler is None
    assert with_scheduler.works().scheduler is not None
    for server in (without, with_scheduler):
        server.stop()


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(lambda: Feature(commands={"digest": lambda _: None}), id="command"),
        pytest.param(lambda: Feature(clicks={"digest": lambda _: None}), id="click"),
        pytest.param(
            lambda: Feature(
                jobs=(Job(name="digest", every=timedelta(hours=1), build=lambda: lambda: None),)
            ),
            id="job",
        ),
    ],
)
def test_a_name_that_two_features_claim_is_refused(of: Callable[[], Feature]) -> None:
    with pytest.raises(ValueError, match="two features claim digest"):
        join([of(), of()])


def test_an_event_is_heard_by_every_feature_that_asks_for_it() -> None:
    heard: list[str] = []
    quiet = Feature(events={"app_home_opened": lambda _: None})
    features = [
        Feature(events={"app_home_opened": lambda _: partial(heard.append, "home")}),
        Feature(events={"app_home_opened": lambda _: partial(heard.append, "talk")}),
    ]

    work = join([*features, quiet]).events["app_home_opened"]({})

    assert callable(work)
    work()
    assert heard == ["home", "talk"]


def subscribe_to_what_is_due(office: Office) -> None:
    """Subscribe the channel to a digest that came due an hour or two ago, before it was down."""
    due_at = utc_now() - timedelta(hours=1)
    subscribe(
        office.store,
        team_id=TEAM_ID,
        channel_id=office.channel.id,
        owner_id=office.owner.id,
        schedule=due_in_hour_of(due_at),
        now=due_at - timedelta(days=1),
    )


def test_of_what_several_hear_the_one_that_is_asked_answers_and_all_is_done() -> None:
    done = list[str]()
    asker = Asker(user_id="U1", team_id="T1", channel_id="D1")

    def asked(event: Mapping[str, Any]) -> Asked:
        return Asked(
            asker=asker,
            text=event["text"],
            answer=lambda: done.append("answered"),
            note=lambda: lambda: None,
            may_explain=lambda: True,
            over=lambda: None,
        )

    both = join(
        [
            Feature(events={"message": lambda _: lambda: done.append("noted")}),
            Feature(events={"message": asked}),
            Feature(events={"message": lambda _: None}),
        ]
    )
    heard = both.events["message"]({"text": "smb"})

    assert isinstance(heard, Asked)
    heard.answer()
    assert (heard.text, done) == ("smb", ["noted", "answered"])


@pytest.mark.parametrize(
    ("feature", "commands"),
    [(data_quality, {"data"}), (importing, set()), (sources, set())],
    ids=["data_quality", "importing", "sources"],
)
def test_a_ledger_in_a_warehouse_is_looked_after_there(
    feature: ModuleType, commands: set[str], tmp_path: Path
) -> None:
    store = small_company(tmp_path)
    services = SimpleNamespace(
        settings=Settings.model_construct(warehouse_url=SecretStr("hive://elsewhere")),
        store=store,
        answers=answers_from(store),
        gate=None,
        in_turn=lambda read: read,
    )

    built = feature.feature(services)

    assert (set(built.commands), built.jobs, built.home) == (commands, (), {})
    store.engine.dispose()
