from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.answers.answer import Answer
from bot.answers.wording.pictures import bridge_alt_text
from bot.answers.wording.rows import (
    FULL,
    AnswerDetail,
    activity_grid,
    breakdown_grid,
    components_grid,
    outside_line,
    terms_grid,
)
from bot.answers.wording.sentences import (
    annualised_line,
    cautions,
    headline,
    identity,
    logo_line,
    notes,
    partial_note,
    second_level,
    topline,
)
from bot.style.grounds import footer, provenance, rates_of, warnings
from metrics.activity import UNSTATED, Activity
from metrics.movements import MovementKind
from metrics.pauses import LapsedPauses
from metrics.retention import NOTHING, OutsideCohort
from tests.bot.sample_answers import (
    HOSTILE_NAME,
    broken_down_answer,
    empty_answer,
    many_slices,
    period_of,
    sample_answer,
    slices_of,
)
from tests.metrics.retentions import GUIDE, retention_of


def test_the_guides_example_reads_as_in_the_guide() -> None:
    answer = sample_answer(period=period_of("2026-10"), retention=GUIDE)

    assert headline(answer) == "NRR 101.5% · GRR 96.5% in October 2026 · enterprise"
    assert identity(answer) == (
        "Check: $1,000,000.00 + $50,000.00 − $15,000.00 − $20,000.00 = $1,015,000.00",
        "NRR = $1,015,000.00 ÷ $1,000,000.00 = 101.5%",
    )
    assert annualised_line(answer) == (
        "Twelve months like this one would come to 119.6%: annualised run rate, not NRR."
    )


@pytest.mark.parametrize("period", ["last-quarter", "mtd", "2026-01..2026-03"])
def test_only_whole_months_are_annualised(period: str) -> None:
    assert annualised_line(sample_answer(period=period_of(period))) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({}, "Total MRR grew 4.8% to $1,048,000.00, new", id="grew"),
        pytest.param(
            {"retention": retention_of(1_000, churn=100), "outside": OutsideCohort()},
            "Total MRR fell 10.0% to $9.00, new",
            id="fell",
        ),
        pytest.param(
            {"retention": retention_of(1_000), "outside": OutsideCohort()},
            "Total MRR did not change, new",
            id="did-not-change",
        ),
        pytest.param(
            {
                "retention": retention_of(10_000_000, expansion=1_000_000),
                "outside": OutsideCohort(new=3_000_000),
            },
            "Total MRR grew 40.0% to $140,000.00, new",
            id="the-guides-forty-percent",
        ),
    ],
)
def test_the_topline_is_told_apart_from_nrr(changes: dict[str, Any], words: str) -> None:
    line = topline(sample_answer(**changes))

    assert line is not None
    assert line.startswith(words)
    assert line.endswith("new and returning customers included.")


def test_an_empty_base_is_neither_zero_nor_hundred_percent() -> None:
    answer = empty_answer()

    assert headline(answer) == "NRR n/a, no opening MRR in Q3 2026 · enterprise"
    assert identity(answer) is None
    assert notes(answer) == ()
    assert logo_line(answer) is None
    assert {row[2] for row in terms_grid(answer).rows} == {"n/a"}


@pytest.mark.parametrize(
    ("period", "data_through", "note"),
    [
        pytest.param("qtd", date(2026, 11, 22), ", the last day with data", id="to-date"),
        pytest.param("2026-Q4", date(2026, 11, 22), ", the last day with data", id="named"),
        pytest.param("2026-Q4", date(2026, 11, 23), "", id="more-data-than-today"),
    ],
)
def test_a_period_that_is_not_over_is_marked(period: str, data_through: date, note: str) -> None:
    answer = sample_answer(period=period_of(period), data_through=data_through)

    assert headline(answer).endswith("in Q4 2026 to date · enterprise")
    assert partial_note(answer) == (
        f"To date: through 21 Nov{note}, compared with 1 Jul to 21 Aug 2026."
    )


def test_a_period_that_is_over_but_not_closed_is_marked() -> None:
    closed = period_of("2026-08").start

    assert partial_note(sample_answer(closed_through=closed)) == (
        "Q3 2026 is not closed yet: late movements may still change it."
    )


@pytest.mark.parametrize("closed_through", [period_of("2026-10").start, None])
def test_a_period_that_is_over_has_no_mark(closed_through: date | None) -> None:
    assert partial_note(sample_answer(closed_through=closed_through)) is None


def test_arr_is_twelve_times_mrr_and_says_so() -> None:
    answer = sample_answer(in_arr=True)

    assert headline(answer) == headline(sample_answer())
    assert terms_grid(answer).rows[4] == ("= Closing ARR", "$12,180,000.00", "101.5%")
    assert (topline(answer) or "").startswith("Total ARR grew 4.8% to $12,576,000.00")
    assert "MRR" not in " ".join(map(str, (*terms_grid(answer).header, bridge_alt_text(answer))))


def test_yen_have_no_decimals_anywhere() -> None:
    assert ".00" not in str(terms_grid(sample_answer(currency="JPY")))


def test_the_footer_says_what_is_closed_and_which_definition_holds() -> None:
    assert footer(sample_answer().grounds) == "Closed through Oct 2026 · definitions v2"
    assert footer(sample_answer(closed_through=None).grounds) == (
        "No month is closed: import with --closed-through · definitions v2"
    )


def test_all_that_the_figures_rest_on_belongs_to_the_full_answer() -> None:
    assert provenance(sample_answer().grounds) == (
        "definition v2 · data as of 2026-11-21 06:00 UTC · data through 21 Nov 2026"
        " · closed through Oct 2026 · data v17"
    )


def test_data_that_ends_with_the_last_closed_month_is_said_to_end_once() -> None:
    grounds = sample_answer().grounds
    closed = replace(grounds.reach, data_through=date(2026, 11, 1))

    assert provenance(replace(grounds, reach=closed)) == (
        "definition v2 · data as of 2026-11-21 06:00 UTC · closed through Oct 2026 · data v17"
    )


def test_a_past_moment_and_a_warehouse_that_is_away_are_warnings() -> None:
    moment = datetime(2026, 7, 1, tzinfo=UTC)

    assert warnings(sample_answer().grounds) == ()
    assert warnings(sample_answer(as_of=moment).grounds) == ("As known at 2026-07-01 00:00 UTC.",)
    assert warnings(sample_answer(away_since=moment).grounds) == (
        "The warehouse has not answered since 2026-07-01 00:00 UTC.",
    )


def test_beside_a_period_stand_twelve_months_and_beside_those_their_last_month() -> None:
    assert second_level(sample_answer()) == "12 months: NRR 108.0%, GRR 92.0%."
    assert second_level(sample_answer(period=period_of("ttm"))) == (
        "October 2026 alone: NRR 100.6%, GRR 99.6%."
    )
    assert second_level(sample_answer(period=period_of("ttm"), latest_month=None)) == (
        "Its last month: NRR n/a, no opening MRR."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"period": period_of("ttm")}, "in the 12 months to October 2026 · enterprise"),
        ({"scope": ()}, "in Q3 2026 · the whole company"),
        ({"scope": (), "dimension": "industry"}, "in Q3 2026 · by industry"),
        ({"dimension": "plan"}, "in Q3 2026 · enterprise · by plan"),
        ({"period": period_of("2026-01..2026-03")}, "from January to March 2026 · enterprise"),
        ({"period": period_of("2026-10-05")}, "on 5 Oct 2026 · enterprise"),
    ],
)
def test_the_headline_names_period_and_accounts_in_words(
    changes: dict[str, Any], words: str
) -> None:
    assert headline(sample_answer(**changes)) == f"NRR 101.5% · GRR 96.5% {words}"


def test_the_parts_are_money_and_points_of_opening_mrr() -> None:
    assert terms_grid(sample_answer()).rows == (
        ("Opening MRR", "$1,000,000.00", "100.0%"),
        ("+ Expansion", "$50,000.00", "+5.0 pts"),
        ("− Contraction", "$15,000.00", "−1.5 pts"),
        ("− Churn", "$20,000.00", "−2.0 pts"),
        ("= Closing MRR", "$1,015,000.00", "101.5%"),
    )
    assert outside_line(sample_answer()) == "Outside NRR: new $25,000.00, returning $8,000.00."


def test_what_came_back_from_a_pause_is_named_only_where_there_is_some() -> None:
    answer = sample_answer(outside=OutsideCohort(new=1, returning=2, resumed=500_000))

    assert outside_line(answer).endswith(", returning $0.02, resumed $5,000.00.")
    assert answer.closing_total == 101_500_000 + 500_003


def test_pauses_that_became_too_long_are_named_with_their_money() -> None:
    lapsed = LapsedPauses(accounts=2, mrr_minor=130_000)
    answer = sample_answer(period=period_of("2026-10"), lapsed=lapsed)

    assert (
        "2 accounts passed 90 days of pause in October 2026: $1,300.00 of MRR that counts as churn"
        " from here on."
    ) in notes(answer)
    assert not [line for line in notes(sample_answer(lapsed=LapsedPauses())) if "pause" in line]


def test_a_product_without_a_base_says_what_others_customers_pay_for_it() -> None:
    sold = replace(NOTHING, expansion=70_000, cross_sold=70_000)

    assert cautions(empty_answer(retention=sold)) == (
        "Accounts that had other products then pay $700.00 now.",
    )
    assert cautions(sample_answer()) == ()


def test_a_breakdown_shows_weights_and_levels() -> None:
    grid = breakdown_grid(broken_down_answer())

    assert grid is not None
    assert grid.title == "By industry"
    assert grid.rows[0] == ("fintech", "48.0%", "106.5%", "99.0%", "$480,000.00")


def test_what_a_breakdown_does_not_show_is_summed() -> None:
    answer = sample_answer(breakdown=many_slices(200))

    grid = breakdown_grid(answer, AnswerDetail(slices=2))

    assert grid is not None
    names = [row[0] for row in grid.rows]
    assert names == ["000 segment", "001 segment", "and 198 more, together"]
    assert grid.rows[2][1] == "98.0%"


def test_each_value_says_what_moved_it() -> None:
    answer = broken_down_answer()

    every = components_grid(answer, AnswerDetail(components=True))
    first = components_grid(answer, AnswerDetail(slices=1, components=True))

    assert every is not None
    assert first is not None
    assert every.title == "By industry, in points of its own opening MRR"
    assert every.rows == (
        ("fintech", "+7.5", "−1.0", "0.0"),
        ("healthcare", "+4.3", "0.0", "−6.2"),
        ("(none)", "0.0", "−5.0", "0.0"),
    )
    assert first.rows[1] == ("and 2 more, together", "+2.7", "−1.9", "−3.9")


def test_a_value_that_nobody_paid_in_was_moved_by_nothing_that_has_a_share() -> None:
    answer = sample_answer(breakdown=slices_of("plan", {"new": NOTHING}))

    grid = components_grid(answer, AnswerDetail(components=True))

    assert grid is not None
    assert grid.rows == (("new", "n/a", "n/a", "n/a"),)


def test_nothing_is_split_where_nothing_was_asked_for() -> None:
    assert breakdown_grid(sample_answer()) is None
    assert components_grid(sample_answer(), AnswerDetail(components=True)) is None


def test_a_message_has_no_room_for_what_moved_each_value() -> None:
    assert components_grid(broken_down_answer(), FULL) is None


def test_gross_activity_names_its_largest_drivers() -> None:
    grid = activity_grid(sample_answer(), AnswerDetail(drivers=2))

    assert grid is not None
    assert [str(line) for line in grid.lines()] == [
        "New: +$30,000.00 (no driver stated)",
        "Expansion: +$62,000.00 (upsell +$35,000.00, seats +$19,000.00, and 1 more)",
        "Contraction: −$27,000.00 (seats −$27,000.00)",
        "Churn: −$24,000.00 (not stated −$20,000.00, involuntary −$4,000.00)",
        "Reactivation: +$8,000.00 (no driver stated)",
    ]


@pytest.mark.parametrize(
    "activity",
    [
        pytest.param(Activity(), id="no-events"),
        pytest.param(Activity(by_kind={MovementKind.RENEWAL: 0}), id="renewals-carry-no-money"),
    ],
)
def test_no_movements_no_activity(activity: Activity) -> None:
    assert activity_grid(sample_answer(activity=activity)) is None


def test_a_driver_is_a_name_like_any_other() -> None:
    kind = MovementKind.CHURN
    by_driver = {(kind, "price\n\u202e" + "x" * 99): -100, (kind, UNSTATED): -50}
    activity = Activity(by_kind={kind: -150}, by_driver=by_driver)

    grid = activity_grid(sample_answer(activity=activity))

    assert grid is not None
    assert grid.rows[0][2] == f"price {'x' * 33}… −$1.00, not stated −$0.50"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(sample_answer(scope=()), "NRR 101.5% in Q3 2026: expansion", id="company"),
        pytest.param(
            sample_answer(period=period_of("mtd")),
            "NRR 101.5% of enterprise in November 2026 to date:",
            id="so-far",
        ),
        pytest.param(
            empty_answer(), "NRR of enterprise in Q3 2026: n/a, no opening MRR", id="empty"
        ),
    ],
)
def test_the_alternative_text_begins_with_the_finding(answer: Answer, words: str) -> None:
    assert bridge_alt_text(answer).startswith(words)


def test_the_alternative_text_has_every_figure_of_the_picture() -> None:
    text = bridge_alt_text(sample_answer())

    assert text.endswith(
        "Waterfall chart in points of opening MRR, $1M from 120 accounts: opening 100%, expansion"
        " +5.0 pts ($50k), contraction −1.5 pts ($15k), churn −2.0 pts ($20k), closing 101.5% of"
        " opening MRR."
    )


def test_the_alternative_text_is_short_whatever_the_names() -> None:
    scope = tuple((f"d{number}", HOSTILE_NAME * 9) for number in range(30))

    assert len(bridge_alt_text(sample_answer(scope=scope))) <= 1_000


def test_gains_over_losses_are_a_ratio_or_no_losses() -> None:
    assert "quick ratio 2.4." in " ".join(notes(sample_answer()))
    assert "quick ratio no losses." in " ".join(notes(sample_answer(retention=retention_of(1_000))))


def test_what_exchange_rates_brought_is_a_row_of_its_own_outside_nrr() -> None:
    converted = sample_answer(fx=-1_234_56, currency="EUR", rates=rates_of(date(2026, 7, 1)))

    assert terms_grid(converted).rows[-1] == (
        "Exchange rates, to those of 1 Oct",
        "−€1,234.56",
        "outside NRR",
    )
    assert "in EUR at the exchange rates of 1 Jul 2026" in provenance(converted.grounds)
    assert "exchange" not in str((terms_grid(sample_answer()), footer(sample_answer().grounds)))


@pytest.mark.parametrize(
    ("switched", "line"),
    [
        (None, None),
        (0, None),
        (
            80_00,
            "$80.00 switched between products: lost by one, gained by another in one account.",
        ),
    ],
)
def test_what_switched_between_products_is_said_where_it_is_something(
    switched: int | None, line: str | None
) -> None:
    answer = broken_down_answer(switched=switched)

    assert [note for note in notes(answer) if "switched" in note] == ([line] if line else [])
