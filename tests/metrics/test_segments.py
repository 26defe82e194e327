from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.errors import TierCutOffsError
from metrics.segments import TENURE_NAMES, VALUE_TIER_NAMES, DerivedDimension, Tiers, acv_tier_names
from tests.metrics.plain_tiers import acv_tier, tenure, value_tiers

DEFAULT = Tiers()
DAY = date(2026, 7, 1)


@pytest.mark.parametrize(
    ("edges", "names"),
    [
        pytest.param((), ("all",), id="no-edges"),
        pytest.param((500,), ("under-500", "500-plus"), id="below-a-thousand"),
        pytest.param((25_000, 100_000), ("under-25k", "25k-100k", "100k-plus"), id="default"),
        pytest.param((12_500, 1_000_000), ("under-12500", "12500-1m", "1m-plus"), id="million"),
    ],
)
def test_acv_tiers_are_named_by_their_edges(edges: tuple[int, ...], names: tuple[str, ...]) -> None:
    assert acv_tier_names(edges) == names


@pytest.mark.parametrize(
    ("arr_minor", "tier"),
    [
        pytest.param(12, "under-25k", id="a-cent-of-mrr"),
        pytest.param(24_999_96, "under-25k", id="a-cent-of-mrr-below-the-edge"),
        pytest.param(25_000_08, "25k-100k", id="just-over"),
        pytest.param(99_999_96, "25k-100k", id="below-the-upper-edge"),
        pytest.param(100_000_08, "100k-plus", id="over-the-upper-edge"),
    ],
)
def test_an_account_is_in_the_tier_of_its_opening_arr(arr_minor: int, tier: str) -> None:
    assert acv_tier(arr_minor // 12, DEFAULT, digits=2) == tier


@pytest.mark.parametrize(("digits", "mrr_minor"), [(0, 2_000), (2, 2_000_00), (3, 2_000_000)])
def test_an_edge_belongs_to_the_tier_above_it_in_any_currency(digits: int, mrr_minor: int) -> None:
    tiers = Tiers(acv_edges=(24_000,))

    assert acv_tier(mrr_minor, tiers, digits=digits) == "24k-plus"
    assert acv_tier(mrr_minor - 1, tiers, digits=digits) == "under-24k"


def test_without_edges_everyone_is_in_one_tier() -> None:
    assert acv_tier(1, Tiers(acv_edges=()), digits=2) == "all"


@given(st.integers(1, 10**9), st.sets(st.integers(1, 10**6), max_size=5))
def test_a_larger_account_is_never_in_a_smaller_tier(mrr: int, edges: set[int]) -> None:
    tiers = Tiers(acv_edges=tuple(sorted(edges)))
    names = acv_tier_names(tiers.acv_edges)

    here, above = (names.index(acv_tier(amount, tiers, digits=2)) for amount in (mrr, mrr + 1))

    assert here <= above <= here + 1


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "under-90-days"),
        (89, "under-90-days"),
        (90, "90-365-days"),
        (365, "90-365-days"),
        (366, "over-365-days"),
        (3_000, "over-365-days"),
    ],
)
def test_tenure_counts_the_days_since_the_first_payment(days: int, name: str) -> None:
    assert tenure(DAY - timedelta(days=days), on=DAY) == name


@given(st.dates(max_value=DAY), st.dates(max_value=DAY))
def test_tenure_never_shrinks_with_age(one: date, two: date) -> None:
    older, younger = sorted((one, two))

    ranks = [TENURE_NAMES.index(tenure(day, on=DAY)) for day in (older, younger)]

    assert ranks[0] >= ranks[1]


@pytest.mark.parametrize(
    ("balances", "expected"),
    [
        pytest.param({}, {}, id="nobody"),
        pytest.param({"a": 100}, {"a": "high"}, id="a-single-account-is-high"),
        pytest.param(
            {"a": 20, "b": 60, "c": 20},
            {"b": "high", "a": "mid", "c": "long-tail"},
            id="one-account-carries-more-than-the-top",
        ),
        pytest.param(
            dict.fromkeys("abcdefghij", 10),
            {**dict.fromkeys("ab", "high"), **dict.fromkeys("cdefgh", "mid")}
            | dict.fromkeys("ij", "long-tail"),
            id="ten-equal-accounts-split-2-6-2-by-name",
        ),
        pytest.param(
            {"a": 19, "b": 18, "c": 43, "d": 20},
            {"c": "high", "d": "mid", "a": "mid", "b": "long-tail"},
            id="the-one-that-crosses-the-tails-edge-is-mid",
        ),
        pytest.param(
            {"a": 15, "b": 10, **{f"z{n:02}": 5 for n in range(15)}},
            {"a": "high", "b": "high"}
            | {f"z{n:02}": "mid" for n in range(11)}
            | {f"z{n:02}": "long-tail" for n in range(11, 15)},
            id="the-one-that-reaches-the-top-share-is-high",
        ),
    ],
)
def test_value_tiers_follow_the_share_of_mrr_carried(
    balances: dict[str, int], expected: dict[str, str]
) -> None:
    assert value_tiers(balances, DEFAULT) == expected


balances_of = st.dictionaries(st.sampled_from("abcdefghijklm"), st.integers(1, 50))
shares = st.tuples(st.integers(0, 100), st.integers(0, 100)).filter(lambda pair: sum(pair) <= 100)


@given(balances_of, shares)
def test_every_account_is_in_exactly_one_value_tier(
    balances: dict[str, int], percents: tuple[int, int]
) -> None:
    high, tail = (Fraction(percent, 100) for percent in percents)

    tiers = value_tiers(balances, Tiers(high_share=high, tail_share=tail))

    assert tiers.keys() == balances.keys()
    assert set(tiers.values()) <= set(VALUE_TIER_NAMES)


@given(balances_of, shares)
def test_the_cumulative_rule_holds_for_high_and_long_tail(
    balances: dict[str, int], percents: tuple[int, int]
) -> None:
    high, tail = (Fraction(percent, 100) for percent in percents)
    total = sum(balances.values())

    tiers = value_tiers(balances, Tiers(high_share=high, tail_share=tail))

    carried = dict.fromkeys(VALUE_TIER_NAMES, 0)
    smallest_high, largest_tail = 0, 0
    for account in sorted(balances, key=lambda name: (-balances[name], name)):
        carried[tiers[account]] += balances[account]
        if tiers[account] == "high":
            smallest_high = balances[account]
        elif tiers[account] == "long-tail" and not largest_tail:
            largest_tail = balances[account]
    assert carried["high"] >= total * high
    assert carried["high"] - smallest_high < max(total * high, Fraction(1, 2))
    assert carried["long-tail"] <= total * tail
    if carried["mid"]:
        smallest_mid = min(mrr for name, mrr in balances.items() if tiers[name] == "mid")
        assert carried["long-tail"] + smallest_mid > total * tail
        assert smallest_mid >= largest_tail


@given(balances_of, st.randoms(use_true_random=False))
def test_value_tiers_do_not_depend_on_the_order_of_rows(
    balances: dict[str, int], random: Random
) -> None:
    rows = list(balances.items())
    random.shuffle(rows)

    assert value_tiers(dict(rows), DEFAULT) == value_tiers(balances, DEFAULT)


@given(balances_of)
def test_a_larger_account_is_never_of_lower_value(balances: dict[str, int]) -> None:
    tiers = value_tiers(balances, DEFAULT)

    by_size = sorted(balances, key=lambda name: (-balances[name], name))

    ranks = [VALUE_TIER_NAMES.index(tiers[name]) for name in by_size]
    assert ranks == sorted(ranks)


def test_every_derived_dimension_is_in_the_fingerprint() -> None:
    assert [name for name in DerivedDimension if name not in DEFAULT.fingerprint] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"acv_edges": (1,)},
        {"high_share": Fraction(1, 4)},
        {"tail_share": Fraction(1, 4)},
        {"currency": "EUR"},
    ],
    ids=["acv", "high", "tail", "currency"],
)
def test_any_other_cut_off_gives_another_fingerprint(changes: dict[str, Any]) -> None:
    assert Tiers(**changes).fingerprint != DEFAULT.fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"acv_edges": (0, 5)}, id="edge-at-zero"),
        pytest.param({"acv_edges": (9, 5)}, id="descending"),
        pytest.param({"acv_edges": (5, 5)}, id="same-edge-twice"),
        pytest.param({"high_share": Fraction(-1, 5)}, id="negative-share"),
        pytest.param({"high_share": Fraction(81, 100)}, id="shares-overlap"),
    ],
)
def test_cut_offs_that_contradict_each_other_are_an_error(changes: dict[str, Any]) -> None:
    with pytest.raises(TierCutOffsError, match="at most 100% together"):
        Tiers(**changes)
