"""The review in words: without account detail accounts are counted, and nothing of them is told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.config import Settings
from bot.data_quality.document import review_json
from bot.data_quality.message import Readers, review_parts
from bot.data_quality.reading import ReviewReader
from bot.style.parts import Quiet, Table
from storage.quality.bridge import BridgeRow
from storage.quality.drivers import DriverCoverage
from storage.quality.feeds import Feed
from storage.quality.restatements import RestatedFigure
from storage.quality.review import DataReview
from storage.sources.states import SourceNote
from storage.store.engine import Store
from tests.bot.small_company import NOW, TODAY, small_company

HALF_WITHOUT = "movement_id,account_id,date,amount,currency,driver,segment,industry\n" + "".join(
    f"m{number},a{number},2026-09-01,100.00,USD,new_logo,{'smb' if number % 2 else ''},\n"
    for number in range(12)
)
FIGURE = RestatedFigure(
    scope=(("segment", "smb"),),
    start=date(2026, 9, 1),
    end=date(2026, 10, 1),
    before=Fraction(1),
    after=Fraction(9, 10),
    at=NOW,
)


@pytest.mark.parametrize(
    ("names", "lacking", "restated"),
    [
        (True, "6 accounts (50.0% of MRR)", "1 posted figure: smb Sep 2026 100.0% to 90.0%"),
        (False, "6 accounts", "1 posted figure"),
    ],
    ids=["with account detail", "without"],
)
def test_six_of_twelve_accounts_lack_a_segment_and_one_figure_was_restated(
    tmp_path: Path, *, names: bool, lacking: str, restated: str
) -> None:
    store = small_company(tmp_path / "company", HALF_WITHOUT)
    review = replace(read(store), restatements=(FIGURE,))
    store.engine.dispose()

    rows = shown_rows(review, names=names)

    assert (rows["No segment"], rows["Restated"]) == (lacking, restated)
    assert review_json(review, today=TODAY)["restatements"] == [
        {
            "scope": {"segment": "smb"},
            "start": "2026-09-01",
            "through": "2026-09-30",
            "nrr_before": "1.000000",
            "nrr_after": "0.900000",
            "at": "2026-11-21T06:00:00Z",
        }
    ]


FAILING = Feed(name="stripe", at=NOW, covered_through=None, failed_since=NOW)
OFF = BridgeRow(
    month=date(2026, 9, 1), segment="smb", currency="USD", opening=0, movements=0, closing=5
)


@pytest.mark.parametrize(
    ("found", "rows"),
    [
        pytest.param(
            {"bridge": (OFF, replace(OFF, month=date(2026, 10, 1), closing=0))},
            {"Reconciles": "not in 1 month of 2"},
            id="a month that does not add up",
        ),
        pytest.param(
            {"drivers": DriverCoverage(total=1000, without=250)},
            {"Drivers": "25.0% of what moved in 12 months names none"},
            id="no driver",
        ),
        pytest.param(
            {"drivers": DriverCoverage(total=1000, without=250, unknown={"Promo 7": 90, "x": 10})},
            {"Drivers": "25.0% of what moved names none, 10.0% unknown: Promo 7 and 1 more"},
            id="unknown drivers",
        ),
        pytest.param({"unmatched": ()}, {"In no list": "none"}, id="all are in a list"),
        pytest.param(
            {"feeds": (FAILING, Feed(name="sql", at=None, covered_through=None))},
            {"Sources": "stripe fails since 21 Nov 06:00; sql was never read"},
            id="sources that fail, and were never read",
        ),
    ],
)
def test_every_check_has_a_row_of_what_it_found(
    company: Store, found: Mapping[str, Any], rows: Mapping[str, str]
) -> None:
    review = replace(read(company), **found)

    assert rows.items() <= shown_rows(review).items()


def test_notes_on_sources_beyond_those_that_are_shown_are_counted(company: Store) -> None:
    notes = [SourceNote(at=NOW, said=f"Left out: row {row}.") for row in (1, 2, 3)]
    Feed(name="sql", at=NOW, covered_through=None, notes=notes)
    review = replace(
        read(company), feeds=(Feed(name="sql", at=NOW, covered_through=None, notes=notes),)
    )

    parts = review_parts(review, Readers(names=True, zone=ZoneInfo("UTC")), today=TODAY)

    [quiet] = (part for part in parts if isinstance(part, Quiet))
    assert quiet.lines[-2:] == (
        "sql, 21 Nov: Left out: row 3.",
        "And 2 more notes on sources: nrrbot data --json has them all.",
    )


def read(store: Store) -> DataReview:
    return ReviewReader(store=store, settings=Settings(), now=lambda: NOW).read(TODAY)


def shown_rows(review: DataReview, *, names: bool = True) -> dict[str, str]:
    parts = review_parts(review, Readers(names=names, zone=ZoneInfo("UTC")), today=TODAY)
    [table] = (part.grid for part in parts if isinstance(part, Table))
    return {row[0]: row[1] for row in table.rows}
