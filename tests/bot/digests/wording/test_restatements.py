import pytest

from bot.digests.document import digest_json
from bot.digests.wording.restatements import MOST_NAMED, label_words, restated_line, restated_lines
from tests.bot.sample_digests import restated_figure, restated_of, sample_digest, sample_request


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


@pytest.mark.parametrize(
    ("label", "when"),
    [
        ("2026-10-05", "on 5 October 2026"),
        ("2026-10-05..2026-10-20", "from 5 October 2026 to 20 October 2026"),
        ("TTM to 2026-10", "in the 12 months to October 2026"),
    ],
)
def test_each_period_has_its_preposition(label: str, when: str) -> None:
    [line] = restated_lines([restated_figure("1.01", "0.99", label=label)])

    assert line == f"NRR of smb {when} 101.0% → 99.0% (late data)"


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
        ("TTM to 2026-10", "12 months to October 2026"),
        ("2026-07..2026-09", "July 2026 to September 2026"),
        ("2026-07-01..2026-08-28", "1 July 2026 to 28 August 2026"),
        ("FY26-Q2", "FY26-Q2"),
        ("2026", "2026"),
    ],
)
def test_a_periods_name_is_spelled_as_people_read_it(label: str, words: str) -> None:
    assert label_words(label) == words


def test_a_digest_restates_in_short_the_widest_first_and_counts_the_rest() -> None:
    smb = restated_figure("0.980", "0.900", label="2026-08")
    company = restated_figure("0.998", "0.991", scope=(), label="2026-08")
    year = restated_figure("1.095", "1.0891", scope=(), label="TTM to 2025-12")
    grr = restated_figure("1.01", "1.01", grr=("0.98", "0.97"))

    line = restated_line(restated_of(sample_digest(), grr, smb, year, company))

    assert str(line) == (
        "Restated since last week: Aug 99.8% → 99.1% (late data);"
        " 12 months to Dec 2025 109.5% → 108.9% (late data);"
        " smb Aug 98.0% → 90.0% (late data); and 1 more."
    )


def test_where_weeks_had_no_digest_it_restates_since_the_last_one() -> None:
    digest = sample_digest(request=sample_request(weeks_missed=("2026-W46",)))

    line = restated_line(restated_of(digest, restated_figure("1", "0.9")))

    assert line is not None
    assert line.label == "Restated since the last digest:"


def test_where_nothing_was_restated_there_is_no_line() -> None:
    assert restated_line(sample_digest()) is None


def test_in_a_digest_grr_is_told_where_it_alone_moved_and_json_has_both() -> None:
    grr_alone = restated_figure("1.01", "1.0051", grr=("0.98", "0.975"), scope=())

    digest = restated_of(sample_digest(), grr_alone)
    [told] = digest_json(digest, charts=())["restated"]

    assert str(restated_line(digest)) == (
        "Restated since last week: Oct GRR 98.0% → 97.5% (late data)."
    )
    assert (told["posted"]["grr"], told["now"]["grr"]) == ("0.980000", "0.975000")
