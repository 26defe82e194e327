"""Two processes that sync one Stripe account with one ledger at the same time.

That any two syncs do so on each engine is tested by the frame's own tests.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from threading import Barrier

import pytest
from sqlalchemy import URL

from storage.store.engine import Store
from tests.bot.sources.stripe.playing import END, Play, playing
from tests.storage.racing import at_once
from tests.storage.stores import open_store
from tests.stripe.scenarios.reading import all_scenarios

SOME = [
    one
    for place, one in enumerate(all_scenarios())
    if place % 20 == 0 or "cus_dogwood" in one.mrr  # paused in both syncs
]


@contextmanager
def all_read_events(many: int) -> Iterator[None]:
    """Hold each thread when it is about to ask for events until all are."""
    barrier = Barrier(many, timeout=10)
    real = HTTPConnection.putrequest

    def put(self: HTTPConnection, method: str, url: str, **named: bool) -> None:
        if url.startswith("/v1/events"):
            barrier.wait()
        real(self, method, url, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HTTPConnection, "putrequest", put)
        yield


def sync_at_once(play: Play, url: URL, many: int = 2) -> None:
    """Sync so many times, each with connections of its own; all have read before any lands."""
    with ExitStack() as opened:
        opened.enter_context(all_read_events(many))
        stores = [opened.enter_context(open_store(url)) for _ in range(many)]
        outcomes = at_once(lambda number: play.sync(stores[number]), many)
    assert len([outcome for outcome in outcomes if outcome.imported]) == 1
    assert len([outcome for outcome in outcomes if outcome.is_dropped]) == many - 1


def test_two_processes_at_once_bring_everything_and_nothing_twice(store: Store) -> None:
    with playing(store, SOME) as play:
        for moment in ("2026-03-12 12:30", END):
            play.to(moment)
            sync_at_once(play, store.engine.url)
        assert play.differences() == []
