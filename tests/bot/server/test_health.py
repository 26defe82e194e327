from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path

import pytest

from bot.delivery.metering import Meter
from bot.server.health import IDLE_SECONDS, SILENT_SECONDS, HealthChecks, Unreadiness
from storage.delivery.circuit import open_circuit
from storage.store.engine import Store
from tests.storage import parcels
from tests.storage.at_head import set_up

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


class Seconds:
    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'nrrbot.db'}")
    set_up(opened)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def health(store: Store, seconds: Seconds) -> HealthChecks:
    return HealthChecks(
        store=store,
        meter=Meter(now=seconds),
        silence=lambda: 5.0,
        now=lambda: NOW,
        team_id="T1",
    )


def due(store: Store, ago: timedelta) -> None:
    parcels.put(store, parcels.parcel(str(ago), due_at=NOW - ago), now=NOW - ago)


def refuse_the_bot(store: Store) -> None:
    with store.write(ledger=False) as session:
        open_circuit(session, "token_revoked", NOW)


def forget_a_table(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()


def come_from_the_future(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()


def allow_only_reading(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = 1")


def lose_the_file(store: Store) -> None:
    assert store.sqlite_path is not None
    store.engine.dispose()
    store.sqlite_path.write_bytes(b"no database" * 1000)


def test_it_is_ready_when_nothing_is_wrong(health: HealthChecks) -> None:
    assert health.is_ready()
    assert health.check_readiness() == []


@pytest.mark.parametrize(
    ("harm", "red"),
    [
        pytest.param(refuse_the_bot, Unreadiness.CIRCUIT, id="circuit-open"),
        pytest.param(
            lambda store: due(store, timedelta(minutes=11)), Unreadiness.OUTBOX, id="overdue"
        ),
        pytest.param(forget_a_table, Unreadiness.SCHEMA, id="older-schema"),
        pytest.param(come_from_the_future, Unreadiness.SCHEMA, id="later-schema"),
        pytest.param(allow_only_reading, Unreadiness.STORE, id="read-only"),
        pytest.param(lose_the_file, Unreadiness.STORE, id="no-database"),
    ],
)
def test_what_is_wrong_with_the_store_is_named(
    health: HealthChecks, store: Store, harm: Callable[[Store], None], red: Unreadiness
) -> None:
    harm(store)

    assert health.check_readiness() == [red]
    assert not health.is_ready()


def test_a_message_that_is_due_for_some_minutes_is_no_alarm(
    health: HealthChecks, store: Store
) -> None:
    due(store, timedelta(minutes=9))

    assert health.is_ready()


@pytest.mark.parametrize("age", [SILENT_SECONDS, inf], ids=["long-ago", "never"])
def test_it_is_not_ready_while_slack_does_not_know_it(health: HealthChecks, age: float) -> None:
    assert replace(health, silence=lambda: SILENT_SECONDS - 1).is_ready()
    assert replace(health, silence=lambda: age).check_readiness() == [Unreadiness.SLACK]


@pytest.mark.parametrize(
    ("connections", "reds"),
    [
        pytest.param(0, [Unreadiness.CONNECTION], id="none-open"),
        pytest.param(1, [], id="one-open"),
        pytest.param(None, [], id="over-http"),
    ],
)
def test_over_socket_mode_a_connection_is_needed(
    health: HealthChecks, connections: int | None, reds: list[Unreadiness]
) -> None:
    assert replace(health, connections=lambda: connections).check_readiness() == reds


def test_it_is_not_ready_once_it_is_stopping(health: HealthChecks) -> None:
    health.stopping.set()

    assert health.check_readiness() == [Unreadiness.STOPPING]
    assert health.is_alive()


def test_it_lives_as_long_as_a_job_ticks(health: HealthChecks, seconds: Seconds) -> None:
    ticking = replace(health, is_ticking=True)
    health.meter.note_tick("send")

    seconds.passed = IDLE_SECONDS - 1
    assert ticking.is_alive()

    seconds.passed = IDLE_SECONDS
    assert not ticking.is_alive()
    assert health.is_alive()


def test_a_scheduler_that_has_not_ticked_yet_is_waited_for(
    health: HealthChecks, seconds: Seconds
) -> None:
    ticking = replace(health, is_ticking=True)

    assert ticking.is_alive()

    seconds.passed = IDLE_SECONDS
    assert not ticking.is_alive()
