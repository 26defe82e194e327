from fractions import Fraction

import pytest

from bot.access.visibility import EVERYTHING, Visibility
from bot.answers.examples import Examples
from bot.home.questions import offers
from bot.home.tiles import Tile, sparkline, tile_list, tile_table
from bot.style.parts import Bullets, Table


@pytest.mark.parametrize(
    ("tenths", "drawn"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([1000], "▅", id="one-value-is-in-the-middle"),
        pytest.param([900, 910, 970], "▁▂█", id="its-own-range"),
        pytest.param([1000, 1002], "▄▅", id="two-tenths-of-a-point-are-nearly-level"),
    ],
)
def test_a_course_is_drawn_from_its_lowest_to_its_highest_value(
    tenths: list[int], drawn: str
) -> None:
    assert sparkline([Fraction(value, 1000) for value in tenths]) == drawn


def test_a_tile_without_a_change_is_read_without_a_gap() -> None:
    [listed] = tile_list([Tile(title="NRR in Oct", value="100.0%", change="", course="▅")])

    assert isinstance(listed, Bullets)
    assert list(map(str, listed.grid.lines())) == ["NRR in Oct: 100.0% (▅)"]


def test_tiles_without_a_course_or_a_change_have_no_empty_row_and_are_read_all_the_same() -> None:
    tiles = [Tile(title="NRR", value="100.0%", change="", course="")]
    tiles.append(Tile(title="GRR", value="", change="", course=""))

    [table] = tile_table(tiles)
    [listed] = tile_list(tiles)

    assert isinstance(table, Table)
    assert isinstance(listed, Bullets)
    assert table.grid.rows == (("100.0%", ""),)
    assert list(map(str, table.grid.lines())) == ["100.0%: n/a"]
    assert list(map(str, listed.grid.lines())) == ["NRR: 100.0%", "GRR: n/a"]


def test_five_questions_are_offered_and_accounts_to_those_who_may_see_them() -> None:
    examples = Examples(dimension="segment", value="smb")

    of_all = [asked for _, asked in offers(examples, EVERYTHING)]
    of_part = [
        asked for _, asked in offers(examples, Visibility(frozenset({(("segment", "smb"),)})))
    ]

    assert of_all == [
        "by segment ttm",
        "why last-month",
        "accounts churned last-quarter",
        "at risk",
        "trend 24m",
    ]
    assert of_part == [
        "why segment:smb last-month",
        "trend segment:smb 24m",
        "trend segment:smb monthly",
        "cohorts segment:smb",
        "segment:smb last-quarter",
    ]
    assert offers(examples, EVERYTHING, has_year=False)[0][1] == "by segment last-month"
