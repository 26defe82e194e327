from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.document import reply_json
from bot.answers.reply import private_reply
from bot.comparing.wording import (
    COSTLIEST,
    component_grid,
    finding,
    headline,
    money_grid,
    opening_line,
    side_grid,
)
from bot.questions.question import Versus, View
from bot.style.differences import difference_of
from bot.style.figures import MINUS
from metrics.retention import NOTHING, Retention
from tests.bot.sample_views import NOW, sample_comparison
from tests.bot.style.heights import SCREEN_OF_A_PHONE, height_of, widest_table
from tests.bot.style.test_hostile_names import HOSTILE
from tests.bot.why.test_message import sides
from tests.metrics.retentions import retention_of


def figure(cell: str) -> Decimal:
    plain = cell.removesuffix(f" {COSTLIEST}").rstrip("%")
    return Decimal(plain.replace(MINUS, "-").replace(",", ""))


def test_two_columns_their_difference_and_what_makes_it() -> None:
    message = private_reply(sample_comparison(), can_share=True, main_dimension="segment")

    assert message.text.split("\n")[:3] == [
        "NRR of smb: 99.5% in Q3 2026, 104.5% in Q2: 5.0 points apart",
        (
            "Expansion makes −3.0 of the −5.0 points: +4.0 against +7.0 of opening MRR; churn −3.0,"
            " contraction +1.0."
        ),
        "Opening MRR: $800k against $1M; 5.0 points of the first are $40k MRR, $480k ARR.",
    ]
    assert side_grid(sample_comparison()).rows == (
        ("NRR", "99.5%", "104.5%", "−5.0"),
        ("GRR", "95.5%", "97.5%", "−2.0"),
        ("Expansion", "+4.0", "+7.0", "−3.0 ◀"),
        ("Contraction", "−0.5", "−1.5", "+1.0"),
        ("Churn", "−4.0", "−1.0", "−3.0 ◀"),
    )


def test_a_component_larger_than_the_difference_is_said_to_be_made_up_for() -> None:
    def one(expansion: int, churn: int) -> Mapping[str, Retention]:
        return {"starter": retention_of(1_000, expansion=expansion, churn=churn)}

    comparison = sample_comparison(one(40, 32), one(32, 17))  # 100.8% against 101.5%

    assert finding(comparison) == (
        "Churn makes −1.5 points: −3.2 against −1.7 of opening MRR; expansion +0.8 made up for a"
        " part."
    )


@pytest.mark.parametrize(
    ("closing", "worth"),
    [
        pytest.param(1_000, "", id="none"),
        pytest.param(990, "; 1.0 point of the first is $10 MRR, $120 ARR", id="one"),
        pytest.param(1_030, "; 3.0 points of the first are $30 MRR, $360 ARR", id="three"),
    ],
)
def test_what_lies_between_both_levels_is_said_in_money(closing: int, worth: str) -> None:
    left = retention_of(100_000, expansion=5_000, churn=105_000 - closing * 100)
    right = retention_of(100_000)

    comparison = sample_comparison({"starter": left}, {"starter": right})

    assert str(opening_line(comparison)) == f"Opening MRR: $1k against $1k{worth}."


def test_where_it_comes_from_is_laid_out_by_value_and_component() -> None:
    grid = component_grid(sample_comparison())

    assert grid is not None
    assert grid.title == "Where the 5.0 points come from"
    assert grid.rows == (
        ("growth", "−2.5", "expansion −2.5"),
        ("starter", "−2.5", "expansion −0.5, contraction +1.0, churn −3.0 ◀"),
    )


@given(sides, sides)
def test_no_components_are_printed_that_do_not_reconcile(
    left: Mapping[str, Retention], right: Mapping[str, Retention]
) -> None:
    comparison = sample_comparison(left, right)
    rows = {name: cells for name, *cells in side_grid(comparison).rows}

    for place in range(3):
        parts = sum(figure(rows[name][place]) for name in ("Expansion", "Contraction", "Churn"))
        assert figure(rows["NRR"][place]) == (100 if place < 2 else 0) + parts
    grid = component_grid(comparison)
    change = comparison.change
    if grid is not None and change is not None:
        for _, together, made_up_of in grid.rows:
            added = [part.split(" ", 1)[1] for part in made_up_of.split(", ") if " " in part]
            assert sum(map(figure, added)) == figure(together)
        total = sum(figure(row[1]) for row in grid.rows)
        assert Fraction(total) == difference_of(change.after, change.before) * 100


def test_json_gives_both_sides_and_their_difference() -> None:
    document = reply_json(sample_comparison())

    assert (document["left"]["nrr"], document["right"]["nrr"]) == ("0.995000", "1.045000")
    assert document["difference"] == "-0.050000"
    assert document["change"]["churn"] == "-0.030000"


names = st.one_of(st.sampled_from(HOSTILE), st.text(min_size=20, max_size=60))


@settings(max_examples=40)
@given(names, names, names)
def test_it_fits_on_a_screen_and_on_a_phone_whatever_names_there_are(
    one: str, two: str, dimension: str
) -> None:
    many = {f"{number} {one}": NOW["starter"] for number in range(9)}
    comparison = sample_comparison(many, many)
    scope = ((dimension, one), ("plan", two))
    left = replace(comparison.left, year=NOW["starter"], scope=scope)
    right = replace(comparison.right, year=NOW["growth"], scope=((dimension, two),))
    versus = Versus(scope=right.scope, period=right.period)
    question = replace(comparison.question, scope=scope, versus=versus)
    hostile = replace(comparison, left=left, right=right, question=question)

    message = private_reply(hostile, can_share=True, main_dimension="segment")

    assert height_of(message.blocks) <= 700
    assert widest_table(message.blocks) <= SCREEN_OF_A_PHONE


def test_in_full_both_sides_stand_to_the_cent() -> None:
    comparison = sample_comparison()
    question = replace(comparison.question, view=View.FULL)

    message = private_reply(
        replace(comparison, question=question), can_share=True, main_dimension="segment"
    )

    assert money_grid(comparison).rows[0] == ("Opening MRR", "$800,000.00", "$1,000,000.00")
    assert [row[0] for row in money_grid(comparison).rows] == [
        *("Opening MRR", "+ Expansion", "− Contraction", "− Churn", "= Closing MRR", "NRR", "GRR"),
        "Accounts kept",
    ]
    assert "$800,000.00" in str(message.blocks)
    assert "Full answer" not in str(message.blocks)
    below = private_reply(comparison, can_share=True, main_dimension="segment")
    assert "full segment:smb 2026-Q3 vs 2026-Q2" in str(below.blocks)


def test_a_side_that_nobody_paid_on_is_no_ratio_and_nothing_is_made_of_it() -> None:
    comparison = replace(
        sample_comparison(), right=replace(sample_comparison().right, retention=NOTHING)
    )

    assert headline(comparison) == "NRR of smb: 99.5% in Q3 2026, n/a in Q2"
    assert finding(comparison) is None
    assert side_grid(comparison).rows == (
        ("NRR", "99.5%", "n/a", "n/a"),
        ("GRR", "95.5%", "n/a", "n/a"),
    )


def test_a_single_value_beyond_the_room_is_named_as_the_others_are() -> None:
    parts = {name: retention_of(1_000, churn=churn) for name, churn in (("a", 30), ("b", 10))}
    before = {name: retention_of(1_000) for name in parts}
    comparison = sample_comparison(parts, before)

    grid = component_grid(comparison, most=1)

    assert grid is not None
    assert [row[0] for row in grid.rows] == ["a", "b"]
