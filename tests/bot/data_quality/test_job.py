"""The weekly word: once a week, and only of what got worse since the week before."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot.config import Settings
from bot.data_quality.job import WeeklyWord
from bot.data_quality.reading import ReviewReader
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow
from tests.bot.small_company import import_text
from tests.storage.at_head import sqlite_at_head

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


class Weeks:
    """The word as one process runs it, at a moment that the test moves on."""

    def __init__(self, store: Store) -> None:
        self.store, self.at = store, MONDAY
        reader = ReviewReader(store=store, settings=Settings(), now=lambda: self.at)
        self.word = WeeklyWord(
            store=store,
            read=reader.read,
            recipients=lambda: ["U1", "U2"],
            team_id=lambda: "T1",
            zone=ZoneInfo("UTC"),
            now=lambda: self.at,
        )

    def told(self) -> list[tuple[str, str]]:
        self.word.run()
        with self.store.read() as session:
            rows = session.exec(select(OutboxRow).order_by(OutboxRow.id)).all()  # type: ignore[arg-type]
        return [(row.channel_id, json.loads(row.payload_json or "")["text"]) for row in rows]


def test_the_first_week_only_begins_the_count_and_the_next_tells_what_grew(company: Store) -> None:
    weeks = Weeks(company)
    assert weeks.told() == []

    header = "movement_id,account_id,date,amount,currency,driver,segment,industry\n"
    import_text(company, f"{header}n1,eta,2026-11-20,70.00,USD,new_logo,,\n", now=MONDAY + WEEK)
    assert weeks.told() == []  # this week was read
    weeks.at += WEEK

    first, second = weeks.told()

    assert (first[0], second[0]) == ("U1", "U2")
    assert "2 accounts have no segment, 1 before" in first[1]
    assert len(weeks.told()) == 2  # once, however often it runs
    weeks.at += WEEK
    assert len(weeks.told()) == 2  # nothing got worse since


def test_two_processes_tell_it_once(company: Store) -> None:
    one, other = Weeks(company), Weeks(company)
    one.told()
    header = "movement_id,account_id,date,amount,currency,driver,segment,industry\n"
    import_text(company, f"{header}n1,eta,2026-11-20,70.00,USD,new_logo,,\n", now=MONDAY + WEEK)
    one.at = other.at = MONDAY + WEEK

    one.told()

    assert len(other.told()) == 2


def test_before_monday_at_nine_a_week_has_not_begun(company: Store) -> None:
    weeks = Weeks(company)
    weeks.told()
    header = "movement_id,account_id,date,amount,currency,driver,segment,industry\n"
    import_text(company, f"{header}n1,eta,2026-11-20,70.00,USD,new_logo,,\n", now=MONDAY + WEEK)
    weeks.at = MONDAY + WEEK - timedelta(minutes=1)

    assert weeks.told() == []


def test_before_anything_is_imported_there_is_nothing_to_count() -> None:
    with sqlite_at_head().fresh() as store:
        assert Weeks(store).told() == []
