"""Histories of somebody's table that is read in between, with kills: nothing doubles or is lost."""

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bot.sources.test_sql_source import Reading
from tests.slow import only_slow
from tests.storage.at_head import sqlite_at_head
from tests.storage.sources.sql.databases import Theirs, their_sqlite

IDS = "SELECT movement_id, account_id, date, amount, currency, updated_at FROM m"
WAYS: Mapping[str, tuple[str, str | None]] = {
    "whole": (IDS.replace("movement_id, ", ""), None),
    "whole, with ids": (IDS, None),
    "moments": (IDS.replace("movement_id, ", ""), "updated_at"),
    "moments, with ids": (IDS, "updated_at"),
    "numbers": (IDS, "movement_id"),
    "its own": (f"{IDS} WHERE updated_at >= :watermark", "updated_at"),
}
PLACES = (
    "bot.sources.syncing.land_file",
    "storage.importing.importer.land",
    "storage.sources.landing.note_success",
    "bot.sources.sql_source.read_query",
)
BEGUN = datetime(2026, 10, 2, 6, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here."""


Row = tuple[str, int, int]
"""An account, an amount, and hours since the row before; with 0 they are written together."""
ROWS = st.tuples(st.sampled_from("ab"), st.integers(1, 2), st.sampled_from([0, 0, 5, 20]))
STEPS = st.lists(
    st.tuples(st.lists(ROWS, max_size=4), st.sampled_from((None, *PLACES))), max_size=5
)


def written(rows: Sequence[Row], at: datetime, first: int) -> list[tuple[int, str, str, str, str]]:
    found = []
    for number, (account, amount, hours) in enumerate(rows, first):
        at += timedelta(hours=hours)
        found.append((number, account, f"{at:%Y-%m-%d}", str(amount), f"{at:%Y-%m-%d %H:%M:%S}"))
    return found


def kill(*_: object, **__: object) -> None:
    raise Killed


def play(way: str, steps: Sequence[tuple[Sequence[Row], str | None]], theirs: Theirs) -> None:
    query, watermark = WAYS[way]
    # One that loses something: or a history would be taken for one of levels.
    theirs.add(written([("z", 2, 0), ("z", -1, 0)], BEGUN, 1))
    owed, at, number = Counter({"z": 100}), BEGUN, 3
    with sqlite_at_head().fresh() as store:
        reading = Reading(store, theirs, query, watermark=watermark)
        for rows, place in (*steps, ([], None)):
            new = written(rows, at, number)
            theirs.add(new)
            number += len(new)
            at += timedelta(hours=sum(hours for *_, hours in rows))
            owed.update({account: 0 for account, *_ in rows})
            for account, amount, _ in rows:
                owed[account] += 100 * amount
            with pytest.MonkeyPatch.context() as patched, suppress(Killed):
                if place is not None:
                    patched.setattr(place, kill)
                reading.sync()
        assert reading.mrr() == dict(owed)
        assert reading.sync().imported == 0


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=2)
@given(steps=STEPS)
def test_whenever_it_is_read_and_killed_the_ledger_comes_to_what_the_table_says(
    way: str, steps: Sequence[tuple[Sequence[Row], str | None]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, their_sqlite(Path(folder)) as theirs:
        play(way, steps, theirs)


@only_slow
@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=50)
@given(steps=STEPS)
def test_many_such_histories(way: str, steps: Sequence[tuple[Sequence[Row], str | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder, their_sqlite(Path(folder)) as theirs:
        play(way, steps, theirs)
