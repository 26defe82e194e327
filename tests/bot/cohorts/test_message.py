"""Cohorts as people read them, each a plain value worked by hand."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bot.answers.document import reply_json
from bot.answers.reply import private_reply, reply_picture
from bot.charts.values import Empty, HeatMap
from bot.cohorts.chart import cohort_alt_text, cohort_chart
from bot.cohorts.message import printed_cohorts
from bot.cohorts.table import CohortTable
from bot.cohorts.wording import (
    cohort_name,
    definition_line,
    early_line,
    finding,
    headline,
    hidden_line,
    mrr_grid,
)
from bot.questions.kinds import Kind
from bot.questions.question import Question, View, ViewOptions, Words
from bot.style.parts import Table
from metrics.cohorts import SignUpCohort
from metrics.period_grammar import shift_months
from metrics.periods import PeriodUnit
from tests.bot.sample_answers import period_of, sample_answer
from tests.bot.style.heights import PHONE, height_of
from tests.metrics.retentions import retention_of

END = date(2026, 11, 1)


def cohort(quarters_ago: int, *kept: int, gone: int | None = 2) -> SignUpCohort:
    """Return a quarter's twenty sign-ups, who pay so many percent after 0, 3, 6 ... months."""
    start = shift_months(date(2026, 7, 1), -3 * quarters_ago)
    ages = {
        age: retention_of(10_000, churn=10_000 - 100 * percent)
        for age, percent in zip((0, 3, 6, 12), (100, *kept), strict=False)
    }
    return SignUpCohort(
        start=start, end=shift_months(start, 3), accounts=20, gone_early=gone, ages=ages
    )


FEW = replace(retention_of(10_000), accounts_opening=9, accounts_retained=9)
COHORTS = (
    cohort(5, 96, 90, 80),
    cohort(4, 92, 90, 80),
    cohort(3, 94, 88),
    cohort(2, 94, 71),
    cohort(1, 90, gone=4),
    cohort(0, gone=None),
)


def table(*cohorts: SignUpCohort) -> CohortTable:
    question = Question(
        words=Words(text="cohorts"),
        scope=(("segment", "smb"),),
        period=period_of("2025-04..2026-09"),
        view=View.COHORTS,
        options=ViewOptions(cohort_unit=PeriodUnit.QUARTER),
    )
    return CohortTable(
        question=question,
        grounds=sample_answer().grounds,
        end=END,
        first_month=date(2024, 1, 1),
        cohorts=cohorts,
    )


def test_the_age_at_which_the_newest_is_furthest_below_those_before_it_comes_first() -> None:
    # after six months 71 % against (90 + 90 + 88) / 3 = 89.3 %; after three 90 % against 94 %
    found = table(*COHORTS)

    assert headline(found) == "71.0% of MRR kept after 6 months · sign-ups of Q1 2026 · smb"
    assert finding(found).startswith("That is 18.3 points less than in the three quarters before;")
    assert early_line(found) == (
        "Early churn: 4 of 20 accounts left within 90 days of signing up in Q2 2026"
        " (20.0%, 10.0 points more than in the four quarters before)."
    )


def test_early_churn_comes_first_where_it_is_asked_for() -> None:
    usual = table(*COHORTS)
    words = Words(text="early churn", asked=Kind.EARLY)
    asked = replace(usual, question=replace(usual.question, words=words))

    message = private_reply(asked, can_share=False, main_dimension="segment")
    assert message.text.split("\n")[:3] == [
        "20.0% of accounts left within 90 days · sign-ups of Q2 2026 · smb",
        "That is 4 of 20 accounts, 10.0 points more than in the four quarters before.",
        "Sign-ups of Q1 2026 keep 71.0% of MRR after 6 months, 18.3 points less than before.",
    ]


def test_early_churn_of_the_first_cohort_has_nothing_before_it() -> None:
    first = table(cohort(1, 90, gone=4))
    words = Words(text="early churn", asked=Kind.EARLY)
    found = replace(first, question=replace(first.question, words=words))

    assert finding(found) == "That is 4 of 20 accounts."


def test_early_churn_that_is_not_known_leaves_what_is() -> None:
    young = table(cohort(0, gone=None))
    words = Words(text="early churn", asked=Kind.EARLY)

    assert headline(replace(young, question=replace(young.question, words=words))) == (
        headline(young)
    )


def test_as_much_as_before_is_said_so() -> None:
    assert finding(table(cohort(1, 90), cohort(0, 90))).startswith("That is as in the quarter")


def test_the_title_of_a_picture_leaves_to_the_message_which_cohorts_were_before() -> None:
    assert cohort_chart(table(*COHORTS)).caption.title == (
        "Sign-ups of Q1 2026 keep 71.0% of MRR after 6 months, 18.3 points less than before"
    )
    alike = cohort_chart(table(cohort(1, 90), cohort(0, 90))).caption.title
    assert alike.endswith(", as before")


def test_cohorts_that_are_too_young_are_said_to_be() -> None:
    young = table(cohort(0, gone=None))

    assert headline(young) == "No cohort is old enough yet · smb"
    assert early_line(young) is None
    assert isinstance(cohort_chart(young), Empty)


def test_cohorts_of_nine_accounts_are_said_to_be_few_not_young() -> None:
    small = table(*(replace(one, accounts=9, ages={0: FEW}) for one in COHORTS))

    assert headline(small) == "Fewer than 10 accounts signed up in each · smb"
    assert finding(small).startswith("In so small a group one account makes the curve")


def test_a_large_young_cohort_beside_small_old_ones_does_not_make_all_of_them_young() -> None:
    ages = {0: FEW, 3: FEW}
    small = (replace(one, accounts=9, ages=ages) for one in COHORTS[:-1])
    few = table(*small, cohort(0, gone=None))

    assert headline(few) == "Fewer than 10 accounts signed up in each that is old enough · smb"
    assert finding(few).startswith("In so small a group")


def test_of_a_young_cohort_it_is_not_said_that_nobody_signed_up() -> None:
    assert finding(table(cohort(0, gone=None))) == (
        "What one keeps is told from a month after it on."
    )
    assert finding(table()) == "Nobody signed up in a period that is over."


def test_an_age_that_none_has_is_no_column_and_an_empty_cell_is_not_read_out() -> None:
    grid = mrr_grid(table(*COHORTS), COHORTS[2:])

    assert [heading.replace("\u00a0", " ") for heading in grid.header] == [
        *("Cohort", "Accounts", "3 mo", "6 mo"),
    ]
    assert str(grid.lines()[-1]).replace("\u00a0", " ").endswith("3 mo 94.0%, 6 mo 88.0%")
    assert str(grid.lines()[0]).endswith("Accounts 20")


def test_where_the_ledger_begins_is_said_if_it_is_within_the_period() -> None:
    assert "ledger begins" not in definition_line(table(*COHORTS))
    begun = replace(table(*COHORTS), first_month=date(2025, 4, 1))
    assert "Who paid in Apr 2025, where the ledger begins, is in no cohort." in definition_line(
        begun
    )


def test_a_message_is_no_higher_than_an_answer_and_offers_months() -> None:
    message = private_reply(table(*COHORTS), can_share=True, main_dimension="segment")

    assert height_of(message.blocks) <= 700
    assert height_of(message.blocks, PHONE) <= 1_400
    [actions] = (block for block in message.blocks if block["type"] == "actions")
    assert [one["value"] for one in actions["elements"] if "value" in one] == [
        "cohorts segment:smb 2025-11..2026-10 by-month",
        "full segment:smb 2026-10",
    ]


def test_the_terminal_has_mrr_and_accounts_of_every_cohort() -> None:
    mrr, logos = (part.grid for part in printed_cohorts(table(*COHORTS)) if isinstance(part, Table))

    space = "\u00a0"
    heads = (f"3{space}mo", f"6{space}mo", f"12{space}mo")
    assert mrr.header == ("Cohort", "Accounts", *heads)
    assert mrr.rows[2] == (f"Q1{space}2026", "20", "94.0%", "71.0%", "")
    assert logos.rows[1][:2] == (f"Q2{space}2026", "20.0%")
    assert len(mrr.rows) == len(logos.rows) == 6


def test_the_heat_map_has_the_shares_of_the_table() -> None:
    chart = cohort_chart(table(*COHORTS))

    assert isinstance(chart, HeatMap)
    assert chart.columns == ("3 mo", "6 mo", "12 mo")
    assert [cell and cell.share for cell in chart.rows[2].cells] == [
        Fraction(94, 100),
        Fraction(71, 100),
        None,
    ]
    assert chart.caption.title.startswith("Sign-ups of Q1 2026 keep 71.0% of MRR after 6 months")
    assert "Q1 2026 94.0% at 3 mo, 71.0% at 6 mo" in cohort_alt_text(table(*COHORTS))


@pytest.mark.parametrize("cohorts", [COHORTS, (cohort(0, gone=None),), ()])
def test_a_picture_is_drawn_of_any_table(cohorts: tuple[SignUpCohort, ...]) -> None:
    picture = reply_picture(table(*cohorts))

    assert picture is not None
    assert picture.png.startswith(b"\x89PNG")


def test_json_has_every_age_that_was_reached() -> None:
    document = reply_json(table(*COHORTS))

    assert document["question"]["cohorts_by"] == "quarter"
    [first, *_] = document["cohorts"]
    assert (first["cohort"], first["early_churn"]) == ("Q2 2025", "0.100000")
    assert [(one["months"], one["nrr"]) for one in first["ages"]] == [
        (0, "1.000000"),
        (3, "0.960000"),
        (6, "0.900000"),
        (12, "0.800000"),
    ]


def test_a_month_of_sign_ups_is_called_by_its_name() -> None:
    assert cohort_name(cohort(0), PeriodUnit.MONTH) == "Jul 2026"


def test_cohorts_that_are_left_out_are_counted() -> None:
    found = table(*COHORTS)

    assert hidden_line(found) is None
    assert hidden_line(replace(found, hidden=1)) == "1 cohort of too few accounts left out."
