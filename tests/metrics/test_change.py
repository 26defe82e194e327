from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.change import Change, explain
from metrics.retention import NOTHING, Retention

Side = Mapping[str, tuple[int, int]]
"""What each segment opens and closes with."""


def retentions(side: Side) -> dict[str, Retention]:
    return {name: retention(*ends) for name, ends in side.items()}


def retention(opening: int, closing: int) -> Retention:
    if not opening:
        return NOTHING
    return Retention(
        accounts_opening=1,
        accounts_retained=1,
        opening=opening,
        expansion=max(0, closing - opening),
        contraction=max(0, opening - closing),
        churn=0,
    )


def explained(before: Side, after: Side) -> Change:
    change = explain(retentions(before), retentions(after))
    assert change is not None
    return change


def points(percent: str) -> Fraction:
    return Fraction(percent) / 100


MIXED: tuple[Side, Side] = (
    {"enterprise": (600, 720), "smb": (400, 400)},
    {"enterprise": (5_500, 6_545), "smb": (5_500, 5_335)},
)
REVERSED: tuple[Side, Side] = (
    {"enterprise": (7_000, 8_400), "smb": (3_000, 2_700)},
    {"enterprise": (4_000, 4_840), "smb": (6_000, 5_520)},
)


def test_rates_and_mix_share_a_fall_as_they_do_by_hand() -> None:
    change = explained(*MIXED)

    assert (change.before, change.after) == (points("112"), points("108"))
    assert [(one.value, one.rate, one.mix, one.total) for one in change.segments] == [
        ("smb", points("-1.35"), points("-1.15"), points("-2.5")),
        ("enterprise", points("-0.55"), points("-0.95"), points("-1.5")),
    ]
    assert (change.rate, change.mix) == (points("-1.9"), points("-2.1"))
    assert not change.is_reversed


def test_a_whole_can_fall_while_every_segment_improves() -> None:
    change = explained(*REVERSED)

    assert (change.before, change.after) == (points("111"), points("103.6"))
    assert (change.rate, change.mix) == (points("1.45"), points("-8.85"))
    assert sorted(one.own_change or 0 for one in change.segments) == [points("1"), points("2")]
    assert change.is_reversed


def test_a_whole_can_rise_while_every_segment_gets_worse() -> None:
    before, after = REVERSED

    assert explained(after, before).is_reversed


def test_what_did_not_move_is_not_reversed() -> None:
    before, _ = REVERSED

    change = explained(before, before)

    assert change.total == 0
    assert not change.is_reversed
    assert all(one.rate == one.mix == 0 for one in change.segments)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({}, {"smb": (1, 1)}, id="nothing-before"),
        pytest.param({"smb": (1, 1)}, {}, id="nothing-after"),
        pytest.param({"smb": (0, 0)}, {"smb": (1, 1)}, id="no-opening-mrr-before"),
        pytest.param({}, {}, id="nothing-at-all"),
    ],
)
def test_without_a_base_on_both_sides_there_is_no_change(before: Side, after: Side) -> None:
    assert explain(retentions(before), retentions(after)) is None


def test_a_segment_on_one_side_only_is_all_mix() -> None:
    change = explained({"smb": (100, 90)}, {"smb": (100, 90), "new": (100, 110)})

    new = next(one for one in change.segments if one.value == "new")
    assert new.rate == 0
    assert new.own_change is None
    assert new.mix == Fraction(1, 2) * (points("110") - points("95"))
    assert not change.is_reversed


def test_a_segment_that_had_no_mrr_on_either_side_changes_nothing() -> None:
    idle = {"idle": (0, 0)}

    change = explained({"smb": (100, 90)} | idle, {"smb": (100, 110)} | idle)

    assert [(one.value, one.total) for one in change.segments] == [
        ("idle", 0),
        ("smb", points("20")),
    ]


ends = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9))
sides = st.dictionaries(st.sampled_from("abcde"), ends).filter(
    lambda side: any(opening for opening, _ in side.values())
)


@given(sides, sides)
def test_the_parts_add_up_exactly(before: Side, after: Side) -> None:
    change = explained(before, after)

    assert sum(one.total for one in change.segments) == change.total == change.rate + change.mix


@given(sides, sides)
def test_what_is_on_one_side_only_is_all_mix(before: Side, after: Side) -> None:
    had, has = (
        {name for name, (opening, _) in side.items() if opening} for side in (before, after)
    )

    change = explained(before, after)

    assert all(one.rate == 0 for one in change.segments if one.value in had ^ has)


@given(sides, sides)
def test_there_and_back_again_cancels_out(before: Side, after: Side) -> None:
    there, back = explained(before, after), explained(after, before)

    assert (there.rate, there.mix) == (-back.rate, -back.mix)


@given(sides, sides)
def test_the_order_of_segments_does_not_matter(before: Side, after: Side) -> None:
    turned = [dict(reversed(list(side.items()))) for side in (before, after)]

    assert explained(*turned) == explained(before, after)
