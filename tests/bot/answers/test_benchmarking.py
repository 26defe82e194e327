from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from bot.answers.answers import Answers
from bot.answers.document import reply_json
from bot.answers.posted_figures import figures_of
from bot.charts.values import Lines
from bot.trends.chart import trend_chart
from bot.trends.trend import Trend
from bot.trends.wording.pictures import trend_alt_text
from bot.why.explanation import Explanation
from metrics.benchmarks.bands import Band
from metrics.benchmarks.expectations import WorkspaceProfile
from metrics.benchmarks.goals import Goal
from metrics.benchmarks.tables import CompanyProfile, CompanyStage
from metrics.rates import MissingRateError
from storage.benchmarks.expectations import put_goal, put_profile
from storage.store.engine import Store
from tests.bot.small_company import (
    MOVEMENTS,
    NOW,
    answers_from,
    import_text,
    reply_of,
    small_company,
)
from tests.storage.at_head import sqlite_at_head

ENTERPRISE = (("segment", "enterprise"),)


def declare(store: Store, stage: CompanyStage | None = None) -> None:
    with store.write(ledger=False) as session:
        profile = WorkspaceProfile(company=CompanyProfile.SMB, stage=stage)
        put_profile(session, profile, by="U1", now=NOW)


def aim(store: Store, nrr: str) -> None:
    with store.write(ledger=False) as session:
        put_goal(session, Goal(scope=ENTERPRISE, nrr=Fraction(nrr)), by="U1", now=NOW)


def test_a_profile_shows_in_the_next_answer_and_nothing_did_before(
    store: Store, answers: Answers
) -> None:
    before = answers.ask("enterprise last-quarter")
    declare(store)
    after = answers.ask("enterprise last-quarter")

    assert before.benchmarked is None
    assert reply_json(before)["benchmarks"] is None
    assert after.benchmarked is not None
    assert [one.band for one in after.benchmarked.usual] == [
        Band.of_percent(110, 115),
        Band.of_percent(110, 120, is_open=True),
    ]


def test_twelve_months_are_compared_and_never_the_period(store: Store, answers: Answers) -> None:
    declare(store)
    aim(store, "1.2")

    month = answers.ask("enterprise last-month")

    trailing = month.comparisons.trailing
    assert trailing is not None
    assert month.benchmarked is not None
    assert month.benchmarked.year == trailing.retention != month.retention
    # alpha 1,000 to 6,200 and beta 500 to 450: 6,650 / 1,500 = 443.3 % against 120 %
    assert month.benchmarked.goal is not None
    assert month.benchmarked.goal.over == Fraction(6_650, 1_500) - Fraction(12, 10)
    assert reply_json(month)["goal"] == {
        "nrr": "1.200000",
        "over": "3.233333",
        "over_mrr": "4850.00",
        "is_met": True,
    }


def test_the_stage_follows_from_arr_unless_it_is_set(store: Store, answers: Answers) -> None:
    # at the end of October 7,050.00 of MRR: $84,600 of ARR
    declare(store)
    by_arr = answers.ask("last-month")
    declare(store, CompanyStage.GROWTH)
    as_set = answers.ask("last-month")

    assert answers.company_stage() is CompanyStage.SEED
    assert by_arr.benchmarked is not None
    assert as_set.benchmarked is not None
    assert by_arr.benchmarked.usual[1].band == Band.of_percent(95, 100)
    assert as_set.benchmarked.usual[1].band == Band.of_percent(120)


def test_arr_in_another_currency_tells_no_stage(tmp_path: Path) -> None:
    store = small_company(tmp_path, MOVEMENTS.replace("USD", "EUR"))
    declare(store)

    answer = answers_from(store).ask("last-month")

    assert answer.benchmarked is not None
    assert answers_from(store).company_stage() is None
    assert [str(one.guide) for one in answer.benchmarked.usual] == [
        "GTM Engineer's guide",
        "sales-led guide",
    ]
    assert answer.benchmarked.usual[1].band == Band.of_percent(90, 105)  # by its customers
    store.engine.dispose()


def test_each_segment_of_a_split_has_its_own_peers(store: Store, answers: Answers) -> None:
    declare(store)

    answer = answers.ask("last-month by segment")

    peers = {
        part.value: part.benchmarked.usual[0].peers if part.benchmarked.benchmarks else None
        for part in answer.breakdown
        if part.benchmarked
    }
    assert peers == {"enterprise": "enterprise", "smb": "SMB", "(none)": None}


def test_why_and_a_trend_of_twelve_months_are_compared_and_no_other_trend(
    store: Store, answers: Answers
) -> None:
    declare(store)
    aim(store, "1.15")

    why = answers.reply("why enterprise last-month")
    yearly = answers.reply("trend enterprise 3m")
    monthly = answers.reply("trend enterprise monthly 3m")

    assert isinstance(why, Explanation)
    assert why.benchmarked is not None
    assert why.benchmarked.year == why.surroundings.year
    assert isinstance(yearly, Trend)
    assert isinstance(monthly, Trend)
    assert monthly.benchmarked is None
    chart = trend_chart(yearly)
    assert isinstance(chart, Lines)
    assert [(one.name, one.low, one.high) for one in chart.named_bands] == [
        ("GTM Engineer's guide", Fraction(110, 100), Fraction(115, 100)),
        ("sales-led guide", Fraction(110, 100), None),
    ]
    assert [(one.name, one.ratio) for one in chart.marks] == [("goal 115%", Fraction(115, 100))]
    assert trend_alt_text(yearly).endswith("; goal 115%.")


def test_a_trend_of_many_lines_has_no_bands_behind_them(store: Store, answers: Answers) -> None:
    declare(store)

    chart = trend_chart(_trend(answers, "trend by segment 3m"))

    assert isinstance(chart, Lines)
    assert (chart.named_bands, chart.marks) == ((), ())
    assert "shaded" not in chart.caption.subtitle


def _trend(answers: Answers, question: str) -> Trend:
    return reply_of(Trend, answers, question)


def test_a_goal_is_not_held_against_another_basis(store: Store, answers: Answers) -> None:
    declare(store)
    aim(store, "1.2")

    usual, other = (
        answers.ask(f"enterprise last-month {words}") for words in ("", "basis current")
    )

    assert usual.benchmarked is not None
    assert other.benchmarked is not None
    assert usual.benchmarked.goal is not None
    assert other.benchmarked.goal is None
    assert figures_of(usual)
    assert figures_of(other) == ()  # nor is it watched for restatements


def test_arr_for_which_a_rate_is_missing_tells_no_stage(tmp_path: Path) -> None:
    pounds = "m13,omega,2026-10-10,70.00,GBP,new_logo,smb,\n"
    store = small_company(tmp_path, MOVEMENTS + pounds)
    import_text(store, "date,currency,rate\n2026-01-01,USD,1.10\n", source="rates")
    declare(store)

    with answers_from(store).reading() as reading, pytest.raises(MissingRateError):
        reading.ledger.in_currency("USD").retention(date(2026, 10, 1), date(2026, 11, 1))
    assert answers_from(store).company_stage() is None
    store.engine.dispose()


def test_before_the_first_import_there_is_no_stage() -> None:
    with sqlite_at_head().fresh() as empty:
        assert answers_from(empty).company_stage() is None
