from fractions import Fraction

import pytest

from bot.message import Message
from bot.reference.annualise_message import annualisation_parts
from bot.style.parts import Table
from bot.style.rendering import message_of
from tests.slack.block_kit import find_errors


def annualisation_message(ratio: Fraction) -> Message:
    return message_of(annualisation_parts(ratio))


def test_a_rate_is_read_both_ways() -> None:
    said = annualisation_message(Fraction(98, 100)).text

    assert "98% a month compounds to 78.5% a year (\u221221.5 pts)." in said
    assert "98% a year is 99.83% a month (\u22120.17 pts)." in said


@pytest.mark.parametrize(
    ("monthly", "yearly"),
    [
        ("99.0%", "88.6%"),
        ("100.0%", "100.0%"),
        ("101.0%", "112.7%"),
        ("102.0%", "126.8%"),
        ("103.0%", "142.6%"),
    ],
)
def test_the_guides_five_rows_are_beside_it(monthly: str, yearly: str) -> None:
    [rows] = [
        part.grid.rows for part in annualisation_parts(Fraction(1)) if isinstance(part, Table)
    ]

    assert (monthly, yearly) in {row[:2] for row in rows}


def test_one_point_down_is_not_the_mirror_of_one_point_up() -> None:
    said = annualisation_message(Fraction(1)).text

    assert "\u221211.4 pts" in said
    assert "+12.7 pts" in said


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        pytest.param(Fraction(1), "100% a year is 100% a month (unchanged)", id="flat"),
        pytest.param(Fraction(112, 100), "112% a year is 100.95% a month (+0.95 pts)", id="up"),
        pytest.param(Fraction(10), "1,000% a year is 121.15% a month", id="largest"),
        pytest.param(Fraction(1, 10**6), "0% a month compounds to 0.0% a year", id="tiny"),
    ],
)
def test_the_ends_of_the_range_read_well(ratio: Fraction, said: str) -> None:
    assert said in annualisation_message(ratio).text


def test_it_is_never_called_nrr() -> None:
    assert "not an annual NRR" in annualisation_message(Fraction(1)).text


@pytest.mark.parametrize("ratio", [Fraction(98, 100), Fraction(10), Fraction(1, 10**12)])
def test_slack_takes_it(ratio: Fraction) -> None:
    assert find_errors(list(annualisation_message(ratio).blocks)) == []
