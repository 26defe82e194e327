"""Tabs are renewed one by one, as long as Slack takes calls and a page can be composed."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest

from bot.errors import UsageError
from bot.home.job import HomeRenewal
from bot.home.publishing import HomePublisher
from storage.home.visits import note_opened
from storage.store.engine import Store
from tests.storage.at_head import sqlite_at_head

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[Store]:
    with sqlite_at_head().fresh() as found:
        with found.write(ledger=False) as session:
            for user_id in ("U1", "U2"):
                note_opened(session, user_id, now=NOW)
        yield found


def publisher(store: Store) -> HomePublisher:
    def compose(_: object) -> NoReturn:
        raise UsageError("the ledger was imported anew")

    gate: Any = SimpleNamespace(workspace=SimpleNamespace(team_id="T1"))
    client: Any = None  # nothing is published
    return HomePublisher(client=client, compose=compose, gate=gate, store=store, now=lambda: NOW)


def test_where_slack_wants_fewer_calls_the_other_tabs_wait(store: Store) -> None:
    asked: list[str] = []

    def refuse(user_id: str) -> bool:
        asked.append(user_id)
        return False

    reluctant: Any = SimpleNamespace(renew=refuse)

    HomeRenewal(store, reluctant, now=lambda: NOW).run()

    assert asked == ["U1"]


def test_a_page_that_cannot_be_composed_leaves_the_tab_and_does_not_stop_the_others(
    store: Store, log: io.StringIO
) -> None:
    assert publisher(store).renew("U1")

    assert "a Home tab is left as it is" in log.getvalue()


def test_whoever_never_opened_the_tab_has_no_page(store: Store, log: io.StringIO) -> None:
    assert publisher(store).renew("U9")

    assert log.getvalue() == ""
