"""The same histories, synced in different ways, come to the MRR that was worked out by hand."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from storage.store.engine import Store
from tests.bot.sources.stripe.playing import (
    END,
    KilledSync,
    Play,
    cursor_of,
    killed_at,
    playing,
    wind_back,
)
from tests.slow import only_slow
from tests.storage.stores import rows
from tests.stripe.moments import DAY, HOUR, at, said
from tests.stripe.scenarios.reading import all_scenarios
from tests.stripe.shapes import ACACIA, BASIL, CLOVER, NEWEST

SHAPES = (ACACIA, BASIL, CLOVER, NEWEST)
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
ALL = all_scenarios()
SOME = [ALL[start::12] for start in range(3)]
"""Enough to see that a way of syncing works; the slow tests have all of them each time."""


def every(days: int) -> list[str]:
    """Return the days from the first on, so many days from one to the next."""
    count = (LAST - FIRST).days // days + 1
    return [str(FIRST + timedelta(days=number * days)) for number in range(count)]


def ended(play: Play) -> Sequence[str]:
    """Sync a last time, and return what is not as it was worked out by hand."""
    play.sync_on([END])
    return play.differences()


def test_from_invoice_lines_alone_when_the_first_sync_comes_last(store: Store) -> None:
    with playing(store, ALL) as play:
        assert ended(play) == []


def test_from_events_in_the_shape_of_long_ago(store: Store) -> None:
    with playing(store, SOME[0], ACACIA) as play:
        play.sync_on(every(24))
        assert ended(play) == []


def test_over_a_gap_of_26_days_in_which_events_were_lost(store: Store) -> None:
    with playing(store, SOME[1], BASIL) as play:
        play.sync_on(["2026-01-20", "2026-02-12"])
        play.to("2026-03-10 06:00")
        play.stripe.lose_events()
        play.sync_on(["2026-03-10", "2026-04-02"])
        assert ended(play) == []


def test_with_kills_at_drawn_requests_and_events_that_are_read_again(store: Store) -> None:
    drawn = random.Random(20)  # noqa: S311 - not for secrets
    with playing(store, SOME[2]) as play:
        for day in ("2026-03-12", "2026-03-31"):
            play.to(f"{day} 06:00")
            sync_in_spite_of_kills(play, drawn)
        assert ended(play) == []


def test_a_notice_waits_for_its_day_and_is_gone_when_it_is_taken_back(store: Store) -> None:
    notices = [one for one in ALL if {"cus_pear", "cus_pine"} & one.mrr.keys()]
    waiting = (
        "SELECT account_id, amount_minor FROM due_movement"
        " WHERE landed IS NULL AND withdrawn IS NULL ORDER BY 1"
    )
    with playing(store, notices) as play:
        play.sync_on(["2026-02-20"])
        assert rows(store, waiting) == []
        play.sync_on(["2026-03-05"])
        assert rows(store, waiting) == [("cus_pear", -10000), ("cus_pine", -10000)]
        play.sync_on(["2026-03-12"])
        assert rows(store, waiting) == [("cus_pear", -10000)]
        assert ended(play) == []
    assert rows(store, waiting) == []


def sync_in_spite_of_kills(play: Play, drawn: random.Random) -> None:
    """Sync until it is done, killed at first; then read everything since the last time again."""
    before = cursor_of(play.store)
    for _ in range(drawn.randrange(3)):
        try:
            with killed_at(drawn.randint(1, 25)):
                play.sync()
        except KilledSync:
            continue
    play.sync()
    wind_back(play.store, before)
    assert play.sync().imported == 0


@only_slow
@pytest.mark.parametrize("shape", SHAPES)
def test_day_by_day(store: Store, shape: str) -> None:
    with playing(store, ALL, shape) as play:
        play.sync_on(every(1))
        assert ended(play) == []


@only_slow
@pytest.mark.parametrize("seed", range(40))
def test_at_drawn_moments_with_gaps_kills_and_lost_events(store: Store, seed: int) -> None:
    drawn = random.Random(seed)  # noqa: S311 - not for secrets
    with playing(store, ALL, drawn.choice(SHAPES)) as play:
        moment, step = at(str(FIRST)) + drawn.randrange(60) * DAY, 0
        while moment < at(f"{LAST}"):
            play.to(said(moment))
            if step > 25 * DAY:
                play.stripe.lose_events()
            sync_in_spite_of_kills(play, drawn)
            step = drawn.choice([HOUR // 2, 7 * HOUR, 3 * DAY, 9 * DAY, 26 * DAY, 45 * DAY])
            moment += step
        assert ended(play) == []
