from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.change import Change, Component, explain
from metrics.retention import NOTHING, Retention
from tests.metrics.retentions import of_one_account, retention_of

Side = Mapping[str, tuple[int, int]]
"""What each segment opens and closes with."""


def retentions(side: Side) -> dict[str, Retention]:
    return {name: retention(*ends) for name, ends in side.items()}


def retention(opening: int, closing: int) -> Retention:
    if not opening:
        return NOTHING
    return of_one_account(opening, closing, stays=True)


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


Moves = tuple[int, int, int, int]
"""Opening MRR of a segment, and what it gained, gave up and lost."""


def moved(opening: int, expansion: int, contraction: int, churn: int) -> Retention:
    parts = {"expansion": expansion, "contraction": contraction, "churn": churn}
    return retention_of(opening, accounts=3 * bool(opening), **parts)


def test_a_rate_splits_into_what_was_gained_given_up_and_lost() -> None:
    # starter is half of the base both times: 2 % more churn of it is 1 point of the whole
    before = {"starter": moved(1_000, 50, 30, 20), "growth": moved(1_000, 100, 0, 0)}
    after = {"starter": moved(2_000, 60, 20, 80), "growth": moved(2_000, 200, 0, 0)}

    change = explain(before, after)

    assert change is not None
    starter, growth = change.segments
    assert starter.by_component == {
        Component.EXPANSION: points("-1"),  # 5 % to 3 %
        Component.CONTRACTION: points("1"),  # 3 % to 1 %
        Component.CHURN: points("-1"),  # 2 % to 4 %
    }
    assert (growth.total, change.mix, change.total) == (points("0"), points("0"), points("-1"))
    assert change.by_component == starter.by_component


def test_a_product_that_was_only_sold_to_accounts_that_had_others_is_expansion() -> None:
    sold = retention_of(0, accounts=0, expansion=50, cross_sold=50)
    before = {"core": moved(1_000, 0, 0, 0)}

    change = explain(before, before | {"add-on": sold})

    assert change is not None
    assert (change.total, change.mix) == (points("5"), points("0"))
    assert change.by_component[Component.EXPANSION] == points("5")


@st.composite
def movements(draw: st.DrawFn) -> Moves:
    opening = draw(st.integers(1, 10**9))
    churn = draw(st.integers(0, opening - 1))
    return opening, draw(st.integers(0, 10**9)), draw(st.integers(0, opening - churn)), churn


moving = st.dictionaries(st.sampled_from("abcde"), movements(), min_size=1)


def whole_ratio(weights: Mapping[str, Fraction], rates: Mapping[str, list[Fraction]]) -> Fraction:
    """NRR of a made-up whole: so much of its base in each segment, each going as it does."""
    return sum(
        (w * (1 + rates[k][0] - rates[k][1] - rates[k][2]) for k, w in weights.items()), Fraction()
    )


def effect_of(place: int, segment: str, sides: list[Mapping[str, Moves]]) -> Fraction:
    """Let one ratio of one segment move alone, in the mix of before and in that of after."""
    bases = [sum(moves[0] for moves in side.values()) for side in sides]
    weights = [
        {k: Fraction(moves[0], base) for k, moves in side.items()}
        for side, base in zip(sides, bases, strict=True)
    ]
    rates = [
        {k: [Fraction(amount, m[0]) for amount in m[1:]] for k, m in side.items()} for side in sides
    ]
    found = []
    for mix in weights:
        then = {k: list(one) for k, one in rates[0].items()}
        then[segment][place] = rates[1][segment][place]
        found.append(whole_ratio(mix, then) - whole_ratio(mix, rates[0]))
    return sum(found, Fraction()) / 2


@given(st.data(), moving)
def test_each_component_is_what_it_would_have_done_alone(
    data: st.DataObject, before: Mapping[str, Moves]
) -> None:
    after = {name: data.draw(movements()) for name in before}
    change = explain(
        {name: moved(*moves) for name, moves in before.items()},
        {name: moved(*moves) for name, moves in after.items()},
    )

    assert change is not None
    for part in change.segments:
        for place, component in enumerate(Component):
            alone = effect_of(place, part.value, [before, after])
            assert part.by_component[component] == alone


@given(moving, moving)
def test_components_and_mix_add_up_exactly(
    before: Mapping[str, Moves], after: Mapping[str, Moves]
) -> None:
    change = explain(
        {name: moved(*moves) for name, moves in before.items()},
        {name: moved(*moves) for name, moves in after.items()},
    )

    assert change is not None
    assert sum(change.by_component.values()) + change.mix == change.total
