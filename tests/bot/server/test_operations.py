from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bot.delivery.metering import Meter
from bot.server.health import HealthChecks
from bot.server.http_server import HttpServer
from bot.server.operations import OperationsEndpoint
from bot.server.store_figures import StoreFigures
from storage.delivery.circuit import open_circuit
from storage.store.engine import Store
from tests.bot.server.canaries import canaries_in
from tests.bot.small_company import NOW, small_company
from tests.slack.waiting import WAIT_SECONDS
from tests.storage import parcels
from tests.storage.at_head import set_up

LATER = NOW + timedelta(hours=3)
CANARIES = ("alpha", "C0CANARY", "1,660", "1660", "166000", "secret text")


@dataclass
class Seconds:
    passed: float = 0.0

    def __call__(self) -> float:
        return self.passed


@dataclass(frozen=True)
class Running:
    port: int
    store: Store
    health: HealthChecks
    seconds: Seconds

    def get(self, path: str, method: str = "GET") -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    store, seconds = small_company(tmp_path), Seconds()
    meter = Meter(now=seconds)
    meter.registry.register(StoreFigures(store, lambda: LATER, "T1"))
    health = HealthChecks(
        store=store,
        meter=meter,
        silence=lambda: 0.0,
        now=lambda: LATER,
        team_id="T1",
        is_ticking=True,
    )
    listening = HttpServer(OperationsEndpoint(health), host="127.0.0.1", port=0)
    listening.start()
    yield Running(listening.port, store, health, seconds)
    listening.stop()
    store.engine.dispose()


def enqueue_one(store: Store, *, ago: timedelta) -> None:
    parcel = parcels.parcel(
        "digest:T1:C0CANARY:1:2026-W47",
        channel_id="C0CANARY",
        payload_json='{"text": "secret text"}',
        due_at=LATER - ago,
    )
    parcels.put(store, parcel, now=LATER - ago)


def test_a_bot_that_is_well_says_so(running: Running) -> None:
    assert running.get("/healthz") == (200, "ok\n")
    assert running.get("/readyz") == (200, "ready\n")


def test_a_bot_whose_jobs_stand_still_is_not_well(running: Running) -> None:
    running.seconds.passed = 90

    assert running.get("/healthz") == (503, "no job has run for 90 seconds\n")


def test_everything_that_is_red_is_named_in_fixed_words(running: Running) -> None:
    enqueue_one(running.store, ago=timedelta(minutes=30))
    with running.store.write(ledger=False) as session:
        open_circuit(session, "token_revoked", LATER)

    status, body = running.get("/readyz")

    assert status == 503
    assert body.splitlines() == [
        "circuit: Slack refuses the bot itself, and nothing is sent",
        "outbox: a message has been due for more than ten minutes",
    ]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/slack/events", 404), ("POST", "/metrics", 405)],
)
def test_there_is_nothing_else(running: Running, method: str, path: str, status: int) -> None:
    assert running.get(path, method) == (status, "")


def test_the_metrics_tell_of_messages_and_data_by_state_and_age(running: Running) -> None:
    enqueue_one(running.store, ago=timedelta(seconds=90))

    status, body = running.get("/metrics")

    assert status == 200
    assert {
        'nrrbot_outbox_rows{kind="digest",state="pending"} 1.0',
        "nrrbot_outbox_oldest_due_seconds 90.0",
        "nrrbot_data_age_seconds 10800.0",
        "nrrbot_store_readable 1.0",
    } <= set(body.splitlines())
    assert canaries_in(body, CANARIES) == []


def test_of_a_store_that_cannot_be_read_only_that_is_told(running: Running) -> None:
    assert running.store.sqlite_path is not None
    running.store.engine.dispose()
    running.store.sqlite_path.write_bytes(b"no database" * 1000)

    status, body = running.get("/metrics")

    assert status == 200
    assert "nrrbot_store_readable 0.0" in body.splitlines()
    assert "nrrbot_outbox_rows" not in body
    assert running.get("/readyz") == (503, "store: it cannot be read and written\n")


def test_before_the_first_import_the_data_has_no_age(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'nrrbot.db'}")
    set_up(store)

    names = [family.name for family in StoreFigures(store, lambda: LATER, "T1").collect()]

    assert names == [
        "nrrbot_store_readable",
        "nrrbot_outbox_rows",
        "nrrbot_alerts",
        "nrrbot_outbox_oldest_due_seconds",
    ]
    store.engine.dispose()
