from fractions import Fraction

import numpy as np
import pytest

from metrics.confidence.confidence import Confidence, IntervalMethod, NoInterval
from metrics.confidence.measuring import BaseEnds, measure_confidence, seed_of


def measured(opening: list[int], closing: list[int], seed: int = 1) -> Confidence:
    ends = BaseEnds(np.array(opening, np.int64), np.array(closing, np.int64))
    found = measure_confidence(ends, seed=seed)
    assert found is not None
    return found


def test_a_base_worked_by_hand() -> None:
    # 100 of 200 with the largest: effective 200² ÷ (100² + 50² + 30² + 20²) = 40,000 ÷ 13,800
    found = measured([100, 50, 30, 20], [90, 60, 30, 0])

    single = found.single
    assert single is not None
    assert (found.accounts, found.effective) == (4, Fraction(40_000, 13_800))
    assert (single.top_1, single.top_5) == (Fraction(1, 2), Fraction(1))
    assert single.without_largest == Fraction(60 + 30, 100)
    assert single.median == (Fraction(90, 100) + 1) / 2  # of 0, 0.9, 1 and 1.2
    assert (found.doubt, found.nrr, found.grr) == (NoInterval.TOO_FEW, None, None)


def test_the_five_largest_are_five_of_all_and_the_middle_one_is_exact() -> None:
    found = measured([10, 20, 30, 40, 50, 60, 70], [10, 20, 30, 40, 50, 60, 70 + 10**9]).single

    assert found is not None
    assert found.top_5 == Fraction(30 + 40 + 50 + 60 + 70, 280)
    assert found.median == 1
    assert found.without_largest == 1


def test_of_equally_large_accounts_the_same_one_is_left_out_in_any_order() -> None:
    # without the one that grew to 9, (5 + 3) ÷ (5 + 5) is left
    orders = [([5, 5, 5], [9, 5, 3]), ([5, 5, 5], [3, 9, 5]), ([5, 5, 5], [5, 3, 9])]

    found = {measured(*order).single for order in orders}

    assert [one and one.without_largest for one in found] == [Fraction(8, 10)]


def test_one_account_leaves_nobody() -> None:
    single = measured([10], [12]).single

    assert single is not None
    assert (single.without_largest, single.median) == (None, Fraction(12, 10))


def test_amounts_beyond_64_bits_stay_exact() -> None:
    # ten of 4e18 have 1.6e38 between their squares; as equal as they are they weigh as ten
    assert measured([4 * 10**18] * 2, [4 * 10**18] * 2).effective == 2


@pytest.mark.parametrize(
    ("opening", "doubt", "is_flagged"),
    [
        ([100] * 9, NoInterval.TOO_FEW, False),
        ([100] * 10, None, True),
        ([100] * 19, None, True),
        ([100] * 20, None, False),
        ([1_000] + [1] * 99, NoInterval.TOO_FEW, False),  # (1,099)² ÷ 1,000,099 = 1.2
        ([70] * 4 + [10] * 6, None, True),  # 340² ÷ 20,200 = 5.7
        ([80] * 4 + [5] * 6, NoInterval.TOO_FEW, False),  # 350² ÷ 25,750 = 4.8
    ],
)
def test_ten_accounts_that_weigh_as_much_as_five_have_an_interval(
    opening: list[int], doubt: NoInterval | None, *, is_flagged: bool
) -> None:
    found = measured(opening, [0, *opening[1:]])

    assert (found.doubt, found.is_flagged) == (doubt, is_flagged)
    assert (found.nrr is None, found.grr is None) == (doubt is not None, doubt is not None)


def test_where_every_account_moved_alike_there_is_no_interval() -> None:
    # cents are rounded, and yet all of them grew by five percent
    found = measured([100_00, 333_00] * 10, [105_00, 349_65] * 10)

    assert (found.doubt, found.nrr, found.grr) == (NoInterval.ALIKE, None, None)


def test_where_nobody_lost_anything_only_nrr_has_an_interval() -> None:
    found = measured([100] * 20, [100] * 15 + [150] * 5)

    assert (found.doubt, found.grr) == (None, None)
    assert found.nrr is not None
    assert found.nrr.low < 1.125 < found.nrr.high


def test_above_three_thousand_accounts_it_is_linearised() -> None:
    # 4,000 of 10 each, a fifth gone: the share's deviation is √(0.16 ÷ 3,999), 1.96 of it
    found = measured([10] * 4_000, [0] * 800 + [10] * 3_200)

    assert found.method is IntervalMethod.NORMAL
    assert found.nrr is not None
    reach = 1.959964 * (0.2 * 0.8 / 3_999) ** 0.5
    assert (found.nrr.low, found.nrr.high) == pytest.approx((0.8 - reach, 0.8 + reach), abs=1e-7)
    assert found.nrr == found.grr


def test_an_interval_of_grr_ends_at_all_of_it_and_none_below_nothing() -> None:
    # of 4,000 alike one loses, or all but one: the share is its own deviation, and 1.96 are reached
    nearly_all = measured([10] * 4_000, [9] + [10] * 3_999)
    nearly_none = measured([10] * 4_000, [10] + [0] * 3_999)

    assert nearly_all.grr is not None
    assert nearly_all.grr.high == 1.0
    assert nearly_none.grr is not None
    assert nearly_none.grr.low == 0.0


def test_who_buys_a_product_meanwhile_is_drawn_and_not_counted() -> None:
    # 20 accounts have the product, ten more buy it: NRR 150 %, and every one of them may not
    found = measured([10] * 20 + [0] * 10, [10] * 30)

    assert found.accounts == found.effective == 20
    assert found.nrr is not None
    assert found.nrr.low < 1.5 < found.nrr.high
    assert found.grr is None
    assert found.single is not None
    assert found.single.without_largest == Fraction(290, 190)


def test_without_an_opening_base_there_is_nothing_to_be_sure_of() -> None:
    ends = BaseEnds(np.zeros(3, np.int64), np.ones(3, np.int64))

    assert measure_confidence(ends, seed=1) is None


def test_whoever_may_not_see_single_accounts_is_not_told_how_few_decide_it() -> None:
    concentrated, spread = measured([1_000] + [1] * 99, [0] * 100), measured([10] * 20, [9] * 20)

    assert concentrated.without_single_accounts().effective is None
    assert concentrated.without_single_accounts().doubt is NoInterval.TOO_FEW
    assert spread.without_single_accounts().effective == 20
    assert spread.without_single_accounts().single is None


def test_a_seed_is_of_all_that_is_told() -> None:
    assert seed_of(1, ("segment", "smb")) == seed_of(1, ("segment", "smb"))
    assert seed_of(1, ("segment", "smb")) != seed_of(2, ("segment", "smb"))
