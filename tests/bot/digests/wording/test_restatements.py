import pytest

from bot.digests.wording.restatements import MOST_NAMED, label_words, restated_lines
from tests.bot.sample_digests import restated_figure


def test_a_restated_figure_names_scope_period_and_both_ratios() -> None:
    restated = restated_figure("1.010", "0.991", scope=(("segment", "enterprise"),))

    assert restated_lines([restated]) == (
        "NRR of enterprise in October 2026 101.0% → 99.1% (late data)",
    )


def test_only_the_ratios_that_moved_half_a_point_are_told() -> None:
    both = restated_figure("1.01", "0.99", grr=("0.98", "0.96"), scope=())
    grr_alone = restated_figure("1.01", "1.0051", grr=("0.98", "0.975"), scope=())

    assert restated_lines([both, grr_alone]) == (
        "NRR of the whole company in October 2026 101.0% → 99.0%, GRR 98.0% → 96.0% (late data)",
        "GRR of the whole company in October 2026 98.0% → 97.5% (late data)",
    )


def test_a_period_to_date_says_how_far_it_had_got() -> None:
    [line] = restated_lines([restated_figure("1.01", "0.99", label="2026-Q4 to date")])

    assert line == ("NRR of smb in Q4 2026 to date, through 31 October, 101.0% → 99.0% (late data)")


def test_what_has_no_opening_mrr_any_more_is_told() -> None:
    [line] = restated_lines([restated_figure("1.01", None)])

    assert line == "NRR of smb in October 2026 101.0% → n/a (late data)"


def test_many_are_counted() -> None:
    lines = restated_lines([restated_figure("1", "0.9")] * (MOST_NAMED + 3))

    assert lines[-1] == "and 3 more"
    assert len(lines) == MOST_NAMED + 1


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("2026-10", "October 2026"),
        ("2026-Q3", "Q3 2026"),
        ("2026-Q4 to date", "Q4 2026 to date"),
        ("TTM to 2026-10", "the year to October 2026"),
        ("2026-07..2026-09", "July 2026 to September 2026"),
        ("2026-07-01..2026-08-28", "1 July 2026 to 28 August 2026"),
        ("FY26-Q2", "FY26-Q2"),
        ("2026", "2026"),
    ],
)
def test_a_periods_name_is_spelled_as_people_read_it(label: str, words: str) -> None:
    assert label_words(label) == words
