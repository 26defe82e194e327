from datetime import date
from fractions import Fraction

import pytest

from bot.benchmarks.tier_review import TierReview
from bot.benchmarks.wording import (
    bands_words,
    beside_grid,
    beside_line,
    goal_words,
    goals_line,
    losses_line,
    peers_line,
    quadrant_line,
    tier_line,
)
from bot.style.figures import EN_DASH, Unit
from metrics.benchmarks.comparing import BenchmarkedYear
from metrics.benchmarks.expectations import Expectations, WorkspaceProfile
from metrics.benchmarks.goals import gap_to
from metrics.benchmarks.tables import CompanyProfile, CompanyStage
from metrics.benchmarks.tiers import tiers_apart
from metrics.retention import Retention
from metrics.rollup import Scope
from tests.metrics.benchmarks.years import year_of

SMB, ENTERPRISE = (("segment", "smb"),), (("segment", "enterprise"),)
DOLLARS = Unit("USD", in_arr=False)


def beside(year: Retention, scope: Scope = SMB, **declared: object) -> BenchmarkedYear:
    company = declared.get("company", CompanyProfile.MID_MARKET)
    assert isinstance(company, CompanyProfile)
    stage = declared.get("stage")
    assert stage is None or isinstance(stage, CompanyStage)
    goal = declared.get("goal")
    goals = {scope: Fraction(str(goal))} if goal else {}
    expectations = Expectations(profile=WorkspaceProfile(company=company), goals=goals)
    found = expectations.beside(year, scope, main_dimension="segment", stage=stage)
    assert found is not None
    return found


def spelled(text: str | None) -> str | None:
    return text and text.replace(EN_DASH, "-")


@pytest.mark.parametrize(
    ("year", "verdict"),
    [
        pytest.param(year_of(70, 50, 149), "below both", id="87.1 %"),
        pytest.param(year_of(0, 50, 50), "within both", id="90.0 %"),
        pytest.param(year_of(40, 10, 10), "above the first, within the second", id="102.0 %"),
        pytest.param(year_of(60, 0, 0), "above both", id="106.0 %"),
    ],
)
def test_a_segment_stands_to_the_bands_of_both_guides(year: Retention, verdict: str) -> None:
    said = spelled(peers_line(beside(year)))

    assert said == (
        f"SMB peers: 90-100% (GTM Engineer's guide), 90-105% (sales-led guide): {verdict}."
    )


def test_a_company_stands_to_its_profile_and_its_stage() -> None:
    year = year_of(150, 30, 21)  # 109.9 %

    growth = peers_line(beside(year, (), stage=CompanyStage.GROWTH))
    seed = peers_line(beside(year, (), stage=CompanyStage.SEED))
    met = peers_line(beside(year_of(120, 0, 0), (), stage=CompanyStage.SERIES_A))

    assert spelled(growth) == (
        "Mid-market peers: 105-110% (GTM Engineer's guide), growth stage 120%+ (sales-led guide):"
        " within the first, below the second."
    )
    assert spelled(seed) is not None
    assert str(seed).endswith("(sales-led guide): within the first, above the second.")
    assert str(met).endswith(
        "early Series A 110%+ (sales-led guide): above the first, reaches the second."
    )


def test_a_company_that_only_one_guide_knows_stands_to_one_band() -> None:
    said = peers_line(beside(year_of(100, 0, 0), (), company=CompanyProfile.PRODUCT_LED))

    assert spelled(said) == "Product-led peers: 105-115% (GTM Engineer's guide): within it."


@pytest.mark.parametrize(
    ("goal", "year", "words"),
    [
        # 114.1 % of $100k: 0.9 points are $900
        ("1.15", year_of(1_410_000, 0, 0, opening=10_000_000), "115%: 0.9 points short, $900 MRR"),
        (
            "1.14",
            year_of(1_500_000, 0, 0, opening=10_000_000),
            "114%: met, 1.0 point over, $1k MRR",
        ),
        ("1.15", year_of(1_500_000, 0, 0, opening=10_000_000), "115%: met"),
        (
            "1.15",
            year_of(1_499_900, 0, 0, opening=10_000_000),
            "115%: less than 0.1 points short, $1 MRR",
        ),
        ("1.025", year_of(0, 0, 0, opening=10_000_000), "102.5%: 2.5 points short, $2.5k MRR"),
    ],
)
def test_a_goal_is_said_in_points_as_shown_and_in_money(
    goal: str, year: Retention, words: str
) -> None:
    gap = gap_to(Fraction(goal), year)

    assert gap is not None
    assert goal_words(gap, DOLLARS) == words


def test_money_of_a_goal_is_in_the_unit_of_the_reply() -> None:
    gap = gap_to(Fraction("1.15"), year_of(1_410_000, 0, 0, opening=10_000_000))

    assert gap is not None
    assert goal_words(gap, Unit("USD", in_arr=True)) == "115%: 0.9 points short, $10.8k ARR"


def test_goals_of_several_are_listed_by_the_money_that_is_missing() -> None:
    years = [year_of(0, 0, lost, opening=1_000_000) for lost in (10_000, 90_000, 50_000, 20_000)]
    named = [(f"s{n}", beside(year, goal="0.95")) for n, year in enumerate(years)]

    line = goals_line([*named, ("none", None)], DOLLARS)

    assert str(line) == (
        "Goals: s1 95%: 4.0 points short, $400 MRR; s2 95%: met; s3 95%: met, 3.0 points over, $300"
        " MRR; and 1 more."
    )
    assert goals_line([("none", beside(years[0]))], DOLLARS) is None


def test_the_goal_stands_before_the_peers() -> None:
    said = beside_line(beside(year_of(0, 0, 100), goal="0.95"), DOLLARS)

    assert str(said).startswith("Goal 95%: 5.0 points short, $0.5 MRR. SMB peers: 90")
    assert beside_line(None, DOLLARS) is None


def test_grr_and_churn_stand_to_their_own_bands() -> None:
    # GRR 80 %, churn 12 %
    said = spelled(losses_line(beside(year_of(300, 80, 120), ENTERPRISE)))

    assert said == (
        "Churn 12.0% is above 5-10%, typical of enterprise (sales-led guide); GRR 80.0% is below"
        " 90-97%, healthy at Series A (sales-led guide)."
    )


@pytest.mark.parametrize(
    ("year", "begins"),
    [
        (year_of(200, 40, 60), "it keeps its revenue and grows it ("),
        (year_of(100, 40, 60), "it keeps its revenue and grows it little ("),
        (year_of(300, 80, 120), "it grows over its losses ("),
        (year_of(70, 50, 149), "it loses more than it should and grows little ("),
    ],
)
def test_each_quadrant_has_its_own_text(year: Retention, begins: str) -> None:
    line = quadrant_line(beside(year))

    assert line is not None
    assert line.words.startswith(begins)


def test_the_table_has_every_band_with_its_source() -> None:
    grid = beside_grid(beside(year_of(70, 50, 149)))

    assert grid is not None
    assert [tuple(map(spelled, row)) for row in grid.rows] == [
        ("NRR, median of SMB", "90-100%", "87.1%, below", "GTM Engineer's guide"),
        ("NRR, top quartile of SMB", "100-110%", "87.1%, below", "GTM Engineer's guide"),
        ("NRR, typical of SMB", "90-105%", "87.1%, below", "sales-led guide"),
        ("GRR, healthy at Series A", "90-97%", "80.1%, below", "sales-led guide"),
    ]


def test_every_band_stands_in_one_line_with_its_source() -> None:
    dash = EN_DASH
    line = bands_words(beside(year_of(150, 0, 60), ENTERPRISE))

    assert line.startswith(
        f"NRR 109.0% is below 110{dash}115% (median of enterprise, GTM Engineer's guide), below 120"
    )
    assert line.endswith(f"GRR 94.0% is within 90{dash}97% (healthy at Series A, sales-led guide).")


def test_a_review_of_tiers_names_both_with_their_weights() -> None:
    by_segment = {"enterprise": year_of(150, 0, 0, opening=3_000), "smb": year_of(0, 0, 120)}
    apart = tiers_apart(by_segment, by_segment, opening=4_000)
    assert apart is not None

    line = tier_line(TierReview(apart=apart, ends=(date(2026, 7, 1), date(2026, 10, 1))))
    across = tier_line(TierReview(apart=apart, ends=(date(2026, 1, 1), date(2026, 4, 1))))

    assert str(line) == (
        "Tier review: enterprise 105.0% (75.0% of opening MRR) and smb 88.0% (25.0%) had a 12-month"
        " NRR more than 15 points apart at the ends of June and September 2026: review how their"
        " accounts are tiered."
    )
    assert "at the ends of December 2025 and March 2026:" in str(across)
    assert tier_line(None) is None
