"""Two processes that sync one Stripe account with one ledger at the same time.

That any two syncs do so on each engine is tested by the frame's own tests.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from storage.store.engine import Store
from tests.bot.sources.stripe.playing import END, Play, playing
from tests.storage.at_head import sqlite_at_head
from tests.storage.racing import at_once
from tests.storage.stores import open_store
from tests.stripe.scenarios.reading import all_scenarios

SOME = all_scenarios()[1::12]


@pytest.fixture
def store() -> Iterator[Store]:
    with sqlite_at_head().fresh() as opened:
        yield opened


def both_sync(play: Play, url: URL) -> None:
    """Sync twice at once, each with connections of its own."""
    with open_store(url) as one, open_store(url) as other:
        outcomes = at_once(lambda number: play.sync([one, other][number]))
    assert len([outcome for outcome in outcomes if outcome.imported]) == 1


def test_two_processes_at_once_bring_everything_and_nothing_twice(store: Store) -> None:
    with playing(store, SOME) as play:
        for moment in ("2026-03-12 12:30", END):
            play.to(moment)
            both_sync(play, store.engine.url)
        assert play.differences() == []
