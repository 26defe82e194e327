"""Three processes that sync one source into one PostgreSQL at once, killed whenever it comes.

They are real ones, and so is what ends them: SIGKILL, at a moment that nobody has chosen.
"""

import multiprocessing
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from random import Random
from time import sleep
from typing import Any

import pytest

from bot.config import Settings
from bot.sources.configured import build_source
from bot.sources.syncing import Syncing
from storage.errors import StorageError
from storage.store.engine import Store
from tests.bot.sources.scripted import Hands, state_of
from tests.bot.sources.stripe.playing import END, playing
from tests.bot.sources.test_sql_histories import BEGUN, WAYS, Row, written
from tests.bot.sources.test_sql_source import Reading
from tests.postgresql import Server
from tests.slow import only_slow
from tests.storage.at_head import postgresql_at_head
from tests.storage.sources.sql.databases import Theirs, their_postgresql
from tests.storage.stores import rows, url_of
from tests.stripe.moments import DAY, HOUR, at, said
from tests.stripe.scenarios.reading import all_scenarios

pytestmark = [pytest.mark.postgres, only_slow]
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__, "stripe", "psycopg"])
LONGEST = 1.5  # seconds: a sync is mostly over by then
ROUNDS = 12


@dataclass(frozen=True, kw_only=True)
class Work:
    """What one process is to do."""

    store: str
    source: str
    settings: dict[str, Any]
    now: datetime


def work(one: Work) -> None:
    store = Store(one.store)
    settings = Settings(_env_file=None, **one.settings)
    source = build_source(settings, store, one.source)
    names = frozenset({one.source})
    by = Syncing(store=store, settings=settings, names=names, clock=lambda: one.now)
    with suppress(StorageError):  # the store is busy, say: the next round tries again
        by.sync(source, today=one.now.date())


@dataclass
class Rounds:
    """Runs processes three at a time, and counts how they ended."""

    drawn: Random
    ends: Counter[int | None] = field(default_factory=Counter)

    def run(self, one: Work) -> None:
        processes = [PROCESSES.Process(target=work, args=(one,)) for _ in range(3)]
        for process in processes:
            process.start()
        waits = [self.drawn.uniform(0, LONGEST) for _ in processes]
        kills = sorted(zip(waits, processes, strict=True), key=lambda pair: pair[0])
        waited = 0.0
        for moment, process in kills[: self.drawn.randint(1, 3)]:
            sleep(moment - waited)
            waited = moment
            process.kill()
        self.ended(processes)

    def ended(self, processes: list[ForkServerProcess]) -> None:
        for process in processes:
            process.join(60)
            self.ends[process.exitcode] += 1
        assert set(self.ends) <= {0, -signal.SIGKILL}


@pytest.fixture
def store(postgresql_server: Server) -> Iterator[Store]:
    with postgresql_at_head(postgresql_server).fresh() as opened:
        yield opened


@pytest.fixture
def theirs(postgresql_server: Server) -> Iterator[Theirs]:
    with postgresql_server.database() as url:
        shown = url.render_as_string(hide_password=False)
        with their_postgresql(shown) as opened:
            yield opened


def drawn_rows(drawn: Random) -> list[Row]:
    return [
        (drawn.choice("abcdef"), drawn.randint(1, 9), drawn.choice([0, 0, 5, 20]))
        for _ in range(drawn.randint(0, 200))
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_query_is_read_once_whatever_is_killed(store: Store, theirs: Theirs, way: str) -> None:
    query, watermark = WAYS[way]
    drawn = Random(way)  # noqa: S311 - drawn, not secret
    rounds, owed = Rounds(drawn), Counter({"z": 100})
    theirs.add(written([("z", 2, 0), ("z", -1, 0)], BEGUN, 1))
    settings = {
        "nrrbot_sql_url": theirs.url,
        "nrrbot_sql_query": query,
        "nrrbot_sql_watermark": watermark,
    }
    moment, number = BEGUN, 3
    for _ in range(ROUNDS):
        some = drawn_rows(drawn)
        theirs.add(written(some, moment, number))
        number += len(some)
        for account, amount, hours in some:
            owed[account] += 100 * amount
            moment += timedelta(hours=hours)
        now = max(moment, BEGUN) + timedelta(minutes=1)
        rounds.run(Work(store=url_of(store), source="sql", settings=settings, now=now))

    reading = Reading(store, theirs, query, watermark=watermark)
    reading.hands = Hands(at=moment + timedelta(days=1))
    reading.sync(today=reading.hands.at.date())
    assert reading.mrr() == dict(owed)
    assert reading.sync(today=reading.hands.at.date()).imported == 0
    assert rounds.ends[-signal.SIGKILL] > ROUNDS / 2
    if watermark is not None:
        [(last,)] = rows_of(theirs, f"SELECT max({watermark}) FROM m")  # noqa: S608 - a name of ours
        assert str(last)[:19].replace(" ", "T") in state_of(store).cursor


def rows_of(theirs: Theirs, statement: str) -> list[tuple[object, ...]]:
    store = Store(theirs.url)
    try:
        return rows(store, statement)
    finally:
        store.engine.dispose()


@pytest.mark.parametrize("seed", range(3))
def test_stripe_is_read_once_whatever_is_killed(store: Store, seed: int) -> None:
    drawn = Random(seed)  # noqa: S311 - drawn, not secret
    rounds = Rounds(drawn)
    with playing(store, drawn.sample(all_scenarios(), 16)) as play:
        moment = at("2026-01-05") + drawn.randrange(30) * DAY
        while moment < at("2026-06-30"):
            play.to(said(moment))
            settings = {"stripe_api_key": play.stripe.key, "stripe_api_url": play.stripe.url}
            now = datetime.fromtimestamp(play.stripe.account.now, UTC)
            rounds.run(Work(store=url_of(store), source="stripe", settings=settings, now=now))
            moment += drawn.choice([HOUR // 2, 7 * HOUR, 9 * DAY, 20 * DAY, 26 * DAY])
        play.to(END)
        play.sync()
        assert play.differences() == []
        assert state_of(store, "stripe").cursor == str(play.stripe.account.now)
    assert rounds.ends[-signal.SIGKILL] > 0
