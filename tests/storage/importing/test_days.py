"""Dates as people write them: clear ones at once, others where the column tells day from month."""

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.importing.cells import CellError
from storage.importing.days import DayColumn
from storage.importing.tables.table import Chunk, FileFacts, NamedTable
from storage.store.engine import Store
from tests.storage.histories import sweep
from tests.storage.stores import csv_text, findings

NONE = "is not a date: write it like 2026-07-31"
NO_SUCH = "does not exist in the calendar"
OTHER = "has another order than others of the column: write it like 2026-07-31"


def read(cells: list[str]) -> list[str]:
    def chunks() -> Iterator[Chunk]:
        yield Chunk(range(len(cells)), [[cell] for cell in cells], ())

    column, found = DayColumn(NamedTable(FileFacts("f", "", 0, 0), ("day",), chunks), "day"), []
    for cell in cells:
        try:
            found.append(column.iso(cell))
        except CellError as error:
            found.append(str(error))
    return found


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "2026-1-5",
        "2026/01/05",
        "2026.01.05",
        "20260105",
        "2026-01-05 13:22",
        "2026-01-05T23:59:59.123Z",
        "2026-01-05 00:00:00 UTC",
        "2026-01-05T02:30+02:00",
        "05.01.2026",
        "5.1.2026 13:22",
        "5 Jan 2026",
        "05-JAN-2026",
        "January 5, 2026",
        "Jan 5, 2026, 1:22 PM",
    ],
)
def test_a_clear_date_is_read_as_it_stands(text: str) -> None:
    assert read([text]) == ["2026-01-05"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-28T23:30:00-05:00", "2026-03-01"),
        ("2026-03-01 00:30+02:00", "2026-02-28"),
        ("2026-03-01T02:00:00+0200", "2026-03-01"),  # midnight of the same day
        ("Feb 28, 2026, 11:30 PM -0500", "2026-03-01"),
        ("28.02.2026 12:30 AM +01:00", "2026-02-27"),
    ],
)
def test_a_moment_with_an_offset_counts_on_its_day_in_utc(text: str, day: str) -> None:
    assert read([text]) == [day]


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["01/02/2025", "13/02/2025"], ["2025-02-01", "2025-02-13"]),
        (["01/02/2025", "02/13/2025"], ["2025-01-02", "2025-02-13"]),
        (["1-2-2025 10:00", "13-2-2025"], ["2025-02-01", "2025-02-13"]),
        (["03/03/2025"], ["2025-03-03"]),
        (
            ["01/02/2025", "03/03/2025"],
            ["may mean 2025-02-01 or 2025-01-02: write it so", "2025-03-03"],
        ),
        (["13/02/2025", "02/13/2025"], [OTHER, OTHER]),
        (["31/04/2025"], [OTHER]),
        (["30.02.2026", "2026-02-30 10:00", "20261301"], [NO_SUCH] * 3),
        (
            ["5 Foo 2026", "99999", "1764000000", "01/02/25", "2026-01", "2026-W01-1", "today"],
            [NONE] * 7,
        ),
        (
            ["46027"],
            ["is 2026-01-05 as a spreadsheet counts days: format the column as dates"],
        ),
        (["2026-01-05x", "\u0662026-01-05", "1.2/2026"], [NONE] * 3),
    ],
)
def test_day_and_month_are_told_apart_by_the_column(cells: list[str], found: list[str]) -> None:
    assert read(cells) == found


@sweep(examples=40)
@given(
    days=st.lists(st.dates(date(1970, 1, 1)), min_size=1),
    form=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]),
)
def test_a_column_of_one_order_comes_back_or_is_refused(days: list[date], form: str) -> None:
    cells = [f"{day:{form}}" for day in days]
    for day, found in zip(days, read(cells), strict=True):
        assert found == day.isoformat() or found.startswith("may mean")
        if max(other.day for other in days) > 12:
            assert found == day.isoformat()


def test_a_date_that_may_be_two_is_refused_with_both(store: Store) -> None:
    assert findings(store, csv_text("acme,01/02/2026,5,USD")) == [
        (2, "date may mean 2026-02-01 or 2026-01-02: write it so")
    ]
