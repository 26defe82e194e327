"""What a question asks for beside NRR comes first in its answer, and once."""

from pathlib import Path

import pytest

from bot.answers.reply import private_reply
from tests.bot.small_company import answers_from, small_company

KEPT = "Of 4 accounts when Q3 2026 opened, 3 were kept and 1 left: logo retention 75.0%."
LEFT = "1 of 4 accounts left: logo retention 75.0%."

PARTS = "Churn was 6.0% of opening MRR, contraction 3.0%, expansion 12.0%."


@pytest.mark.parametrize(
    ("asked", "first", "elsewhere"),
    [
        ("how many customers did we lose in q3", KEPT, LEFT),
        ("number of accounts q3", KEPT, LEFT),
        ("churn rate q3", PARTS, "nobody says this"),
        ("what is our mrr in q3", "Total MRR ", "nobody says this"),
        ("what is our arr in q3", "Total ARR ", "nobody says this"),
    ],
)
def test_what_is_asked_for_stands_under_the_headline(
    tmp_path: Path, asked: str, first: str, elsewhere: str
) -> None:
    reply = answers_from(small_company(tmp_path)).reply(asked)
    said = private_reply(reply, can_share=False, main_dimension="segment").text

    assert said.split("\n")[1].startswith(first)
    assert said.count(first) == 1
    assert elsewhere not in said


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        # of 1,660 are lost 150, of 1,740 before 80: 9.0 % and 4.6 %; churn 6.0 and 4.6 %
        ("what is our grr in q3", ["GRR fell 4.4 points on Q2 by more contraction.", "Only 4 acc"]),
        ("full grr q3", ["GRR fell 4.4 points on Q2 by more contraction.", "Only 4 acc"]),
        ("gross retention 2025-07", ["GRR was 100.0% in July 2025.", "Only 2 accounts"]),
        ("grr 2025-09", ["GRR held on Aug."]),
        ("grr and nrr q3", ["Only 4 accounts"]),
        ("nrr q3", ["Only 4 accounts"]),
    ],
)
def test_grr_stands_before_nrr_where_it_alone_is_asked_for(
    tmp_path: Path, asked: str, lines: list[str]
) -> None:
    reply = answers_from(small_company(tmp_path)).reply(asked)
    said = private_reply(reply, can_share=False, main_dimension="segment").text.split("\n")

    for line, begins in zip(said[1:], lines, strict=False):
        assert line.startswith(begins)


@pytest.mark.parametrize("asked", ["churn rate", "how many customers did we lose", "what is grr"])
def test_what_nobody_can_tell_without_a_base_is_left_to_the_finding(
    tmp_path: Path, asked: str
) -> None:
    reply = answers_from(small_company(tmp_path)).reply(f"{asked} 2025-06")
    said = private_reply(reply, can_share=False, main_dimension="segment").text.split("\n")

    assert said[1].startswith("Nobody paid when June 2025 opened")


def test_a_full_answer_that_asks_for_nothing_else_has_both_behind_its_sums(tmp_path: Path) -> None:
    reply = answers_from(small_company(tmp_path)).reply("full q3")
    said = private_reply(reply, can_share=False, main_dimension="segment").text

    assert LEFT in said
    assert "Of 4 accounts" not in said
    assert "Total MRR " in said
