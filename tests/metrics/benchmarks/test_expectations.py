from fractions import Fraction

import pytest

from metrics.benchmarks.bands import Band
from metrics.benchmarks.comparing import BenchmarkedYear, Measure
from metrics.benchmarks.expectations import Expectations, WorkspaceProfile, stage_by_arr
from metrics.benchmarks.tables import CompanyProfile, CompanyStage, CustomerSegment, Guide
from metrics.rollup import Scope
from tests.metrics.benchmarks.years import year_of

SMB, KEY = ("segment", "smb"), ("plan", "key accounts")
YEAR = year_of(70, 50, 149)  # NRR 87.1 %, GRR 80.1 %


def beside(
    scope: Scope, expectations: Expectations, stage: CompanyStage | None = None
) -> BenchmarkedYear | None:
    return expectations.beside(YEAR, scope, main_dimension="segment", stage=stage)


def profile(stage: CompanyStage | None = None) -> WorkspaceProfile:
    return WorkspaceProfile(company=CompanyProfile.SMB, stage=stage)


def usual(found: BenchmarkedYear | None) -> list[tuple[Guide, Band]]:
    return [(one.guide, one.band) for one in found.usual] if found else []


def test_nothing_is_compared_before_a_profile_is_declared() -> None:
    assert beside((SMB,), Expectations()) is None

    with_goal = beside((SMB,), Expectations(goals={(SMB,): Fraction(9, 10)}))

    assert with_goal is not None
    assert (with_goal.benchmarks, with_goal.quadrant) == ((), None)


def test_a_segment_is_held_against_both_guides_by_its_name() -> None:
    found = beside((SMB,), Expectations(profile=profile()))

    assert usual(found) == [
        (Guide.GTM_ENGINEER, Band.of_percent(90, 100)),
        (Guide.SALES_LED, Band.of_percent(90, 105)),
    ]


def test_a_company_is_held_against_its_profile_and_its_stage() -> None:
    found = beside((), Expectations(profile=profile()), CompanyStage.GROWTH)

    assert usual(found) == [
        (Guide.GTM_ENGINEER, Band.of_percent(90, 100)),
        (Guide.SALES_LED, Band.of_percent(120)),
    ]


def test_a_stage_that_was_set_counts_and_not_that_of_arr() -> None:
    found = beside((), Expectations(profile=profile(CompanyStage.SERIES_A)), CompanyStage.GROWTH)

    assert usual(found)[1] == (Guide.SALES_LED, Band.of_percent(110))


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param((("segment", "agencies"),), id="another name"),
        pytest.param((("plan", "smb"),), id="another dimension"),
        pytest.param((SMB, ("plan", "gold")), id="a part of a segment"),
    ],
)
def test_what_no_guide_speaks_of_has_no_peers(scope: Scope) -> None:
    found = beside(scope, Expectations(profile=profile()))

    assert found is not None
    assert found.benchmarks == ()


def test_peers_that_were_set_go_before_a_name() -> None:
    expectations = Expectations(
        profile=profile(), segments={KEY: CustomerSegment.ENTERPRISE, SMB: None}
    )

    assert usual(beside((KEY,), expectations))[0] == (
        Guide.GTM_ENGINEER,
        Band.of_percent(110, 115),
    )
    assert usual(beside((SMB,), expectations)) == []


def test_churn_is_compared_where_the_guide_has_a_band_of_it() -> None:
    enterprise = beside((("segment", "Enterprise"),), Expectations(profile=profile()))
    smb = beside((SMB,), Expectations(profile=profile()))

    assert enterprise is not None
    assert smb is not None
    [churn] = [one for one in enterprise.benchmarks if one.measure is Measure.CHURN]
    assert churn.band == Band.of_percent(5, 10)
    assert churn.position_of(YEAR) == "above"  # 14.9 % of opening MRR left
    assert Measure.CHURN not in [one.measure for one in smb.benchmarks]


def test_a_goal_is_found_whatever_the_order_of_its_words() -> None:
    pairs = (("plan", "gold"), SMB)
    expectations = Expectations(goals={pairs: Fraction(9, 10)})

    found = beside(pairs[::-1], expectations)

    assert found is not None
    assert found.goal is not None
    assert found.goal.over == Fraction(-29, 1000)


@pytest.mark.parametrize(
    ("arr", "stage"),
    [
        (0, CompanyStage.SEED),
        (999_999, CompanyStage.SEED),
        (1_000_000, CompanyStage.SERIES_A),
        (5_000_000, CompanyStage.SERIES_B),
        (19_999_999, CompanyStage.SERIES_B),
        (20_000_000, CompanyStage.GROWTH),
    ],
)
def test_arr_decides_the_stage(arr: int, stage: CompanyStage) -> None:
    assert stage_by_arr(Fraction(arr)) is stage
