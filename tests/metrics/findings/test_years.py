from fractions import Fraction

import pytest

from metrics.findings.finding import Finding, FindingKind, Force, GroupCourse
from metrics.findings.years import find_year
from metrics.retention import Retention
from tests.metrics.findings.groups import course, group

POINT = Fraction(1, 100)


def of_year(year: Retention, year_ago: Retention | None = None) -> Finding:
    found = find_year(course(year, year=year, year_ago=year_ago), ())
    assert found is not None
    return found


def segment(value: str, year: Retention, year_ago: Retention | None = None) -> GroupCourse:
    return course(year, value=value, year=year, year_ago=year_ago)


def test_the_segment_that_shrinks_and_holds_the_whole_down_is_the_leak() -> None:
    # smb keeps 1,750 of 2,000 (87.5 %), the others 9,120 of 8,000: 2.5 points of the whole.
    smb, rest = group(2_000, lost=250, accounts=1_288, left=239), group(8_000, gained=1_120)
    found = find_year(
        course(smb + rest, year=smb + rest), [segment("smb", smb), segment("enterprise", rest)]
    )

    assert found is not None
    assert (found.kind, found.segment) == (FindingKind.LEAK, "smb")
    assert (found.points, found.force) == (-Fraction(25, 10) * POINT, Force.CHURN)
    assert found.now.nrr == Fraction(875, 1000)


def test_customers_that_pay_less_leak_by_contraction() -> None:
    smb, rest = group(2_000, cut=200, lost=50), group(8_000, gained=1_120)
    found = find_year(
        course(smb + rest, year=smb + rest), [segment("smb", smb), segment("e", rest)]
    )

    assert found is not None
    assert found.force is Force.CONTRACTION


@pytest.mark.parametrize(("lost", "is_leak"), [(49, False), (50, True)])
def test_a_leak_costs_the_whole_half_a_point_or_more(lost: int, *, is_leak: bool) -> None:
    small, rest = group(1_000, lost=lost), group(9_000, gained=900)
    found = find_year(
        course(small + rest, year=small + rest), [segment("smb", small), segment("ent", rest)]
    )

    assert found is not None
    assert (found.kind is FindingKind.LEAK) is is_leak


def test_what_shrinks_everywhere_alike_is_no_leak_of_one_segment() -> None:
    half = group(5_000, lost=300)
    found = find_year(
        course(half + half, year=half + half), [segment("a", half), segment("b", half)]
    )

    assert found is not None
    assert (found.kind, found.segment) == (FindingKind.LEAKY_BUCKET, None)


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([], id="it is the whole"),
        pytest.param([segment("new", group(0, accounts=0, left=0))], id="another had nobody"),
        pytest.param([course(group(500), value="new")], id="another has no year"),
    ],
)
def test_a_segment_with_nobody_beside_it_is_no_leak_of_the_whole(others: list[GroupCourse]) -> None:
    smb = group(2_000, lost=250)
    found = find_year(course(smb, year=smb), [segment("smb", smb), *others])

    assert found is not None
    assert (found.kind, found.segment) == (FindingKind.LOSSES_FIRST, None)


def test_of_two_leaks_the_costlier_is_told_though_its_ratio_is_higher() -> None:
    mid, smb = group(6_000, lost=600), group(1_000, lost=150)  # 6 points and 1.5
    rest = group(3_000, gained=600)
    whole = mid + smb + rest
    parts = [segment("smb", smb), segment("mid", mid), segment("ent", rest)]
    found = find_year(course(whole, year=whole), parts)

    assert found is not None
    assert (found.segment, found.points) == ("mid", -6 * POINT)


def test_a_year_that_fell_by_mix_more_than_its_leak_costs_is_mix() -> None:
    # 120 % -> 121 % and 90 % -> 92 %, weights 70/30 -> 40/60: mix -8.85, the leak costs 4.8.
    now = (group(4_000, gained=840), group(6_000, cut=480))
    ago = (group(7_000, gained=1_400), group(3_000, cut=300))
    parts = [segment("enterprise", now[0], ago[0]), segment("smb", now[1], ago[1])]
    whole = course(sum(now[1:], now[0]), year=now[0] + now[1], year_ago=ago[0] + ago[1])

    found = find_year(whole, parts)

    assert found is not None
    assert (found.kind, found.segment) == (FindingKind.MIX, "smb")
    assert found.place is not None
    assert found.place.part == -Fraction(885, 100) * POINT


@pytest.mark.parametrize(
    ("year", "kind", "points"),
    [
        (group(10_000, gained=5_001), FindingKind.ABOVE_150, Fraction(5001, 10_000)),
        (group(10_000, gained=1_000, lost=1_000), FindingKind.MASKING, -10 * POINT),
        (group(10_000, gained=999, lost=1_000), FindingKind.LEAKY_BUCKET, -POINT / 100),
        (group(10_000, gained=500, lost=1_001), FindingKind.LOSSES_FIRST, -Fraction(501, 10_000)),
        (group(10_000, gained=1_500, lost=500), FindingKind.EXPANSION_LED, 15 * POINT),
        (group(10_000, gained=1_499, lost=499), FindingKind.LEVEL, Fraction()),
        (group(10_000, gained=5_000), FindingKind.EXPANSION_LED, 50 * POINT),
    ],
)
def test_levels_of_the_whole_are_told_apart_exactly(
    year: Retention, kind: FindingKind, points: Fraction
) -> None:
    found = of_year(year)

    assert (found.kind, found.points) == (kind, points)


def test_grr_that_fell_two_points_while_nrr_did_not_is_slipping() -> None:
    before = group(10_000, gained=900, lost=400)  # NRR 105 %, GRR 96 %
    slipped = of_year(group(10_000, gained=1_100, lost=600), before)  # 105 %, 94 %
    less = of_year(group(10_000, gained=1_099, lost=599), before)
    fell_too = of_year(group(10_000, gained=1_099, lost=600), before)

    assert (slipped.kind, slipped.points) == (FindingKind.SLIPPING, -2 * POINT)
    assert less.kind is FindingKind.LEVEL
    assert (fell_too.kind, fell_too.points) == (FindingKind.LEVEL, -POINT / 100)


def test_without_twelve_months_nothing_is_said_of_them() -> None:
    assert find_year(course(group(10_000)), ()) is None


@pytest.mark.parametrize(("accounts", "is_said"), [(9, False), (10, True)])
def test_too_few_accounts_have_no_level(accounts: int, *, is_said: bool) -> None:
    few = group(1_000, lost=300, accounts=accounts, left=3)

    assert (find_year(course(few, year=few), ()) is not None) is is_said


def test_of_two_leaks_the_one_comes_first_that_costs_more_by_its_weight_of_now() -> None:
    # mid cost 3.0 points of the year's base and smb 2.0, but smb is three times as large by now.
    smb, mid, rest = group(1_000, lost=200), group(3_000, lost=300), group(6_000, gained=600)
    whole = smb + mid + rest
    now = {"smb": group(3_000), "mid": group(1_000), "rest": group(6_000)}
    segments = [
        course(now[value], value=value, year=year)
        for value, year in (("smb", smb), ("mid", mid), ("rest", rest))
    ]

    found = find_year(course(group(10_000), year=whole), segments)
    as_it_was = find_year(
        course(whole, year=whole),
        [course(one.year or smb, value=one.value, year=one.year) for one in segments],
    )

    assert found is not None
    assert as_it_was is not None
    assert (found.segment, as_it_was.segment) == ("smb", "mid")
    assert found.points == -2 * POINT  # what it cost is of the year's base all the same
    assert found.place is not None
    assert (found.place.weight_before, found.place.weight_now) == (
        Fraction(1, 10),
        Fraction(3, 10),
    )
