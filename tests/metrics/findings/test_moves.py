from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.findings.finding import Finding, FindingKind, Force, GroupCourse
from metrics.findings.moves import find_move
from metrics.findings.two_periods import SplitPeriods, TwoPeriods
from metrics.retention import NOTHING, OutsideCohort, Retention
from tests.metrics.findings.groups import course, group

POINT = Fraction(1, 100)
STILL = group(10_000)


def move(whole: GroupCourse, *segments: GroupCourse) -> Finding | None:
    return find_move(whole, segments, (None, None))


def kind_of(found: Finding | None) -> FindingKind | None:
    return found.kind if found else None


def test_a_change_of_just_under_half_a_point_is_quiet_and_half_a_point_is_a_move() -> None:
    under = move(course(group(10_000, lost=49), STILL))
    half = move(course(group(10_000, lost=50), STILL))

    assert (kind_of(under), kind_of(half)) == (FindingKind.QUIET, FindingKind.MOVE)
    assert half is not None
    assert (half.points, half.force) == (-POINT / 2, Force.CHURN)


def test_the_segment_that_half_of_a_fall_comes_from_is_named_with_what_did_it() -> None:
    # The whole falls from 100 % to 97 %: smb loses 250 of its 5,000, ent cuts 50 of its own.
    found = move(
        course(group(10_000, cut=50, lost=250), STILL),
        course(group(5_000, lost=250), group(5_000), value="smb"),
        course(group(5_000, cut=50), group(5_000), value="ent"),
    )

    assert found is not None
    assert (found.kind, found.segment, found.force) == (FindingKind.MOVE, "smb", Force.CHURN)
    assert found.points == -3 * POINT
    assert found.place is not None
    assert found.place.part == -Fraction(25, 10) * POINT


def test_a_fall_that_no_segment_has_half_of_is_the_wholes() -> None:
    thirds = [
        course(group(3_000, lost=90), group(3_000), value="a"),
        course(group(3_000, lost=90), group(3_000), value="b"),
        course(group(4_000, lost=90), group(4_000), value="c"),
    ]

    found = move(course(group(10_000, lost=270), STILL), *thirds)

    assert found is not None
    assert (found.segment, found.points) == (None, -Fraction(27, 10) * POINT)


def test_less_expansion_is_the_force_of_a_fall_without_more_losses() -> None:
    found = move(course(group(10_000, gained=100, lost=50), group(10_000, gained=400, lost=60)))

    assert found is not None
    assert (found.points, found.force) == (-Fraction(29, 10) * POINT, Force.EXPANSION)


def test_the_definitions_example_is_mix_by_more_than_half() -> None:
    # Enterprise 600 -> 720, SMB 400 -> 400, then 550 -> 654.5, 550 -> 533.5: 112 % to 108 %.
    found = move(
        course(group(11_000, gained=1_045, cut=165), group(10_000, gained=1_200)),
        course(group(5_500, gained=1_045), group(6_000, gained=1_200), value="enterprise"),
        course(group(5_500, cut=165), group(4_000), value="smb"),
    )

    assert found is not None
    assert found.kind is FindingKind.MIX
    assert (found.segment, found.points) == ("smb", -4 * POINT)
    assert found.place is not None
    assert found.place.part == -Fraction(21, 10) * POINT
    assert not found.place.is_reversed
    assert (found.place.weight_before, found.place.weight_now) == (Fraction(2, 5), Fraction(1, 2))


def test_simpsons_case_is_mix_though_every_segment_improved() -> None:
    # 120 % -> 121 % and 90 % -> 92 %, weights 70/30 -> 40/60: 111.0 % to 103.6 %.
    found = move(
        course(group(10_000, gained=840, cut=480), group(10_000, gained=1_400, cut=300)),
        course(group(4_000, gained=840), group(7_000, gained=1_400), value="enterprise"),
        course(group(6_000, cut=480), group(3_000, cut=300), value="smb"),
    )

    assert found is not None
    assert (found.kind, found.points) == (FindingKind.MIX, -Fraction(74, 10) * POINT)
    assert found.place is not None
    assert found.place.is_reversed


def test_a_point_lost_in_one_segment_and_made_up_for_in_another_is_told() -> None:
    found = move(
        course(group(10_000, gained=120, lost=100), STILL),
        course(group(5_000, lost=100), group(5_000), value="smb"),
        course(group(5_000, gained=120), group(5_000), value="ent"),
    )

    assert found is not None
    assert (found.kind, found.segment, found.points) == (FindingKind.OFFSET, "smb", -POINT)


def test_what_made_up_for_less_than_a_point_is_quiet() -> None:
    found = move(course(group(10_000, gained=120, lost=99), STILL))

    assert kind_of(found) is FindingKind.QUIET


def test_nine_accounts_are_too_few_whatever_they_did_and_ten_are_not() -> None:
    few = move(course(group(10_000, lost=500, accounts=9, left=1), STILL))
    enough = move(course(group(10_000, lost=500, accounts=10, left=1), STILL))

    assert (kind_of(few), kind_of(enough)) == (FindingKind.TOO_SMALL, FindingKind.MOVE)


def test_an_empty_base_has_no_ratio_and_a_first_period_nothing_to_compare_with() -> None:
    assert kind_of(move(course(NOTHING, STILL))) is FindingKind.NO_BASE
    assert move(course(STILL)) is None
    assert move(course(STILL, NOTHING)) is None


def test_win_backs_are_told_where_half_a_point_more_came_back_than_before() -> None:
    def came_back(before: int, now: int) -> Finding | None:
        cohorts = (OutsideCohort(returning=before * 100), OutsideCohort(returning=now * 100))
        return find_move(course(STILL, STILL), (), cohorts)

    more = came_back(20, 70)

    assert more is not None
    assert (more.kind, more.points, more.won_minor) == (FindingKind.WIN_BACKS, POINT / 2, 7_000)
    assert kind_of(came_back(21, 70)) is FindingKind.QUIET


def test_segments_that_are_not_shown_are_the_rest_of_the_whole() -> None:
    # Of 10,000 dollars 4,000 are not shown; the whole lost 300, smb 100 of them.
    found = move(
        course(group(10_000, lost=300), STILL),
        course(group(3_000, lost=100), group(3_000), value="smb"),
        course(group(3_000), group(3_000), value="ent"),
    )

    assert found is not None
    assert (found.segment, found.points) == (None, -3 * POINT)


def test_a_segment_hidden_before_is_not_taken_for_one_that_is_new() -> None:
    # Before, 4,000 dollars were not shown; smb's of now are among them, and nothing is mix.
    pair = TwoPeriods(before=STILL, now=group(10_000, lost=300))
    split = SplitPeriods(
        whole=pair,
        segments={"smb": (None, group(4_000, lost=300)), "ent": (group(6_000), group(6_000))},
    )

    assert split.change is not None
    assert split.change.mix == 0
    assert [part.value for part in split.parts] == ["ent"]


retentions = st.builds(
    group,
    st.integers(3_000, 9_000),
    st.integers(0, 3_000),
    st.integers(0, 1_000),
    st.integers(0, 1_000),
)


@settings(max_examples=40)
@given(retentions, retentions, retentions, retentions)
def test_parts_and_forces_add_up_to_the_change_exactly(
    before: Retention, before_too: Retention, now: Retention, now_too: Retention
) -> None:
    whole = TwoPeriods(before=before + before_too, now=now + now_too)
    split = SplitPeriods(whole=whole, segments={"a": (before, now), "b": (before_too, now_too)})

    assert sum(part.total for part in split.parts) == whole.change
    assert sum(whole.forces.values()) == whole.change


def test_a_group_without_a_base_on_a_side_has_no_change() -> None:
    assert TwoPeriods(before=NOTHING, now=group(100, lost=5)).change == 0
    assert TwoPeriods(before=group(100, lost=5), now=STILL).change > 0
