"""The workbook: opened by a reader of spreadsheets, and summed anew from what was typed in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bot.access.visibility import EVERYTHING
from bot.board.cells import retention_cells, sum_cells
from bot.board.measuring import build_pack
from bot.board.pack import AsClosed, BoardPack
from bot.board.sheets import sheets_of
from bot.board.workbook import workbook
from tests.bot.board.spreadsheet import Written, cells_of, number, worked_out
from tests.bot.sample_trends import sample_trend
from tests.bot.small_company import MOVEMENTS, answers_from, small_company
from tests.metrics.retentions import retention_of

SHEETS = [
    *("Summary", "Bridge", "Segments", "Trend", "Cohorts", "Benchmarks", "Why", "Restated"),
    "Definitions",
]
CENT = Fraction(1, 10**9)
"""A spreadsheet has 15 digits."""


@pytest.fixture(scope="module")
def book(pack: BoardPack) -> bytes:
    return workbook(pack)


def rows_of(book: bytes, sheet: str) -> list[list[Any]]:
    read = CalamineWorkbook.from_filelike(BytesIO(book))
    return read.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def row_of(book: bytes, sheet: str, name: str) -> list[Any]:
    return next(row[1:] for row in rows_of(book, sheet) if row[0] == name)


def test_it_has_nine_sheets(book: bytes) -> None:
    assert CalamineWorkbook.from_filelike(BytesIO(book)).sheet_names == SHEETS


def test_the_summary_has_the_quarter_as_it_is_worked_out_by_hand(book: bytes) -> None:
    # alpha +200, beta -50, gamma -100 of 1,660; three of four accounts still pay
    numbers = row_of(book, "Summary", "Q3 2026")
    assert numbers[:5] == [1660.0, 200.0, 50.0, 100.0, 1710.0]
    assert numbers[5:7] == pytest.approx([1710 / 1660, 1510 / 1660])
    assert numbers[7:9] == [4.0, 3.0]
    assert numbers[9] == pytest.approx(0.75)


def test_the_bridge_ends_with_all_accounts_and_its_check_is_nothing(book: bytes) -> None:
    # zeta is new with 300, delta came back with 40
    columns = list(zip(*rows_of(book, "Bridge")[1:], strict=True))
    assert columns[1] == (1660, 200, -50, -100, 1710, 300, 40, 0, 2050, 2050, 0)


def test_a_bridge_of_two_currencies_ends_with_what_exchange_rates_changed(
    converted: BoardPack,
) -> None:
    book = workbook(converted)

    # 60 EUR at the close are 75 USD at Q3's first rate, 66 at that of a year ago, 72 by now
    assert row_of(book, "Bridge", "= Closing MRR of all accounts") == [225, 216]
    assert row_of(book, "Bridge", "Exchange rates, to those of the close") == [-3, 6]
    assert row_of(book, "Bridge", "= Closing MRR at those rates") == [222, 222]
    cells = cells_of(book, "Bridge")
    assert [number(worked_out(cells, name)) for name in ("B14", "C14")] == [222, 222]


def test_segments_add_up_to_the_whole_company(book: bytes) -> None:
    names = [row[0] for row in rows_of(book, "Segments")]
    first, last = names.index("Segment") + 1, names.index("Sum")
    parts = [row[1:6] for row in rows_of(book, "Segments")[first:last]]
    whole = row_of(book, "Segments", "Whole company")
    assert [sum(column) for column in zip(*parts, strict=True)] == whole[:5]
    assert parts[0] == [1500.0, 200.0, 50.0, 0.0, 1650.0]  # enterprise


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_formula_comes_to_the_result_that_is_stored_with_it(book: bytes, sheet: str) -> None:
    cells = cells_of(book, sheet)
    for name, cell in cells.items():
        found = worked_out(cells, name)
        if isinstance(cell.value, str):
            assert found == cell.value
        else:
            assert abs(number(found) - cell.value) <= CENT, (sheet, name, cell)


def test_what_adds_up_is_a_formula(book: bytes) -> None:
    assert {
        sheet: sum(cell.formula is not None for cell in cells_of(book, sheet).values()) > 0
        for sheet in SHEETS
    } == dict.fromkeys(SHEETS, True) | {"Benchmarks": False, "Definitions": False, "Restated": True}


def test_the_parts_of_why_add_up_to_the_change(book: bytes, pack: BoardPack) -> None:
    assert pack.why.change is not None
    together = row_of(book, "Why", "All of it")
    assert together[4] == pytest.approx(float(pack.why.change.total))
    assert sum(together[:4]) == pytest.approx(together[4])
    assert row_of(book, "Why", "Check: the difference is 0")[0] == 0


def test_the_same_pack_gives_the_same_bytes(book: bytes, pack: BoardPack) -> None:
    assert workbook(pack) == book


def test_a_name_that_begins_like_a_formula_is_text(tmp_path: Path) -> None:
    text = MOVEMENTS.replace("enterprise", "=1+1").replace("smb", "@sum")
    pack = build_pack(answers_from(small_company(tmp_path, text)), "Q3 2026", visibility=EVERYTHING)
    cells = cells_of(workbook(pack), "Segments")
    named = {cell.value: cell.formula for cell in cells.values() if isinstance(cell.value, str)}
    assert named["=1+1"] is None
    assert named["@sum"] is None


def test_cents_are_exact_up_to_what_a_spreadsheet_can_hold(pack: BoardPack) -> None:
    # 15 digits: 9,999,999,999,999.99
    most = 999_999_999_999_999
    large = replace(pack.answer.retention, opening=most, expansion=0, contraction=1, churn=100)
    book = workbook(replace(pack, answer=replace(pack.answer, retention=large)))
    assert row_of(book, "Summary", "Q3 2026")[0] == 9_999_999_999_999.99


def test_a_restated_period_has_what_it_was_and_what_it_is(pack: BoardPack) -> None:
    now = pack.answer.retention
    then = replace(now, churn=now.churn - 5_000, expansion=now.expansion)
    assert pack.closings
    told = AsClosed(period=pack.closings[0].period, then=then, now=now)
    row = row_of(workbook(replace(pack, closings=(told,))), "Restated", "Q2 2026")
    assert row[:3] == pytest.approx([1760 / 1660, 1710 / 1660, -50 / 1660])
    assert row[6] == "restated"


AMOUNTS = st.integers(min_value=1, max_value=10**9)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=4))
def test_rows_and_their_sum_come_to_their_retention(drawn: list[tuple[int, ...]]) -> None:
    parts = [
        retention_of(kept + cut + lost, accounts=3, expansion=gained, contraction=cut, churn=lost)
        for kept, gained, cut, lost in drawn
    ]
    whole = sum(parts[1:], parts[0])
    rows = [retention_cells(row, one) for row, one in enumerate(parts)]
    rows.append(sum_cells(len(parts), 0, len(parts) - 1, whole))
    cells = {
        f"{'ABCDEFGHIJK'[column]}{row + 1}": Written(
            formula=cell.formula.removeprefix("=") or None, value=Fraction(cell.value or 0)
        )
        for row, line in enumerate(rows)
        for column, cell in enumerate(line, 1)
        if cell is not None
    }
    last = len(parts) + 1
    assert worked_out(cells, f"F{last}") == whole.closing
    assert worked_out(cells, f"G{last}") == whole.nrr
    assert worked_out(cells, f"H{last}") == whole.grr
    assert worked_out(cells, f"K{last}") == whole.logo_retention


def test_a_pack_of_another_day_is_made_at_the_data_s_own_moment(
    book: bytes, build: Callable[..., BoardPack]
) -> None:
    later = build("Q3 2026", as_of=datetime(2026, 11, 22, tzinfo=UTC))
    assert rows_of(workbook(later), "Bridge") == rows_of(book, "Bridge")


def test_a_month_that_is_not_in_stands_in_the_trend_without_figures(pack: BoardPack) -> None:
    trend = sample_trend((101, 102, 103))
    first, *later = trend.whole.points
    whole = replace(trend.whole, points=(replace(first, is_in=False), *later))

    [sheet] = [
        one
        for one in sheets_of(replace(pack, trend=replace(trend, series=(whole,))))
        if one.name == "Trend"
    ]

    assert [cell and cell.value for cell in sheet.rows[1]][1:] == ["not in"]
    assert len(sheet.rows) == 4


def test_a_period_that_had_no_base_when_it_was_closed_has_no_change(pack: BoardPack) -> None:
    closing = AsClosed(period=pack.period, then=None, now=pack.answer.retention)

    [sheet] = [
        one for one in sheets_of(replace(pack, closings=(closing,))) if one.name == "Restated"
    ]

    assert [cell and cell.value for cell in sheet.rows[1]][1:4] == [
        None,
        pack.answer.retention.nrr,
        None,
    ]
