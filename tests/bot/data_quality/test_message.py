"""The review in words: without account detail accounts are counted, and nothing of them is told."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import Settings
from bot.data_quality.message import Readers, review_parts
from bot.data_quality.reading import ReviewReader
from bot.style.parts import Table
from storage.quality.restatements import RestatedFigure
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
    review = ReviewReader(store=store, settings=Settings(), now=lambda: NOW).read(TODAY)
    store.engine.dispose()

    shown = replace(review, restatements=(FIGURE,))
    parts = review_parts(shown, Readers(names=names, zone=ZoneInfo("UTC")), today=TODAY)

    [table] = (part.grid for part in parts if isinstance(part, Table))
    rows = {row[0]: row[1] for row in table.rows}
    assert (rows["No segment"], rows["Restated"]) == (lacking, restated)
