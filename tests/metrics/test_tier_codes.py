from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from metrics.segments import TENURE_NAMES, VALUE_TIER_NAMES, Tiers, acv_tier_names
from metrics.tier_codes import Cut, acv_tier_codes, tenure_codes, value_cuts
from tests.metrics.plain_tiers import acv_tier, tenure, value_tiers

DAY = date(2026, 7, 1)
LARGEST = 2**63 - 1

amounts = st.integers(1, 12) | st.integers(1, 10**7) | st.integers(LARGEST - 2, LARGEST)
edges = st.sets(st.integers(1, 5) | st.integers(1, 10**30), max_size=4)
shares = st.tuples(st.integers(0, 100), st.integers(0, 100)).filter(lambda pair: sum(pair) <= 100)


@given(st.lists(amounts), edges, st.sampled_from([0, 2, 3]))
@example([1, LARGEST], {1, 10**30}, 2)  # what no balance reaches
def test_acv_tiers_of_many_are_those_of_each(mrr: list[int], edges: set[int], digits: int) -> None:
    tiers = Tiers(acv_edges=tuple(sorted(edges)))

    codes = acv_tier_codes(np.array(mrr, np.int64), tiers, digits=digits)

    names = acv_tier_names(tiers.acv_edges)
    assert [names[code] for code in codes] == [acv_tier(m, tiers, digits=digits) for m in mrr]


@given(st.lists(st.integers(0, 500) | st.integers(0, 700_000)))
def test_tenures_of_many_are_those_of_each(ages: list[int]) -> None:
    first_paid_on = [DAY - timedelta(days=age) for age in ages]

    codes = tenure_codes(np.array(ages, np.int64))

    assert [TENURE_NAMES[code] for code in codes] == [tenure(day, on=DAY) for day in first_paid_on]


@given(st.dictionaries(st.text(max_size=2), amounts), shares)
def test_value_tiers_of_many_are_those_of_each(
    mrr: dict[str, int], percents: tuple[int, int]
) -> None:
    high, tail = (Fraction(percent, 100) for percent in percents)
    tiers = Tiers(high_share=high, tail_share=tail)
    in_order = dict(sorted(mrr.items()))

    cuts = value_cuts(np.array([*in_order.values()], np.int64), tiers)

    above = [above_cut(in_order, cut) for cut in cuts]
    found = {name: VALUE_TIER_NAMES[sum(name not in one for one in above)] for name in mrr}
    assert found == value_tiers(mrr, tiers)


def above_cut(mrr: dict[str, int], cut: Cut) -> set[str]:
    """Find the accounts above a cut; ``mrr`` is in order of account."""
    equal = [name for name, amount in mrr.items() if amount == cut.mrr_minor]
    return {name for name, amount in mrr.items() if amount > cut.mrr_minor} | {*equal[: cut.ties]}
