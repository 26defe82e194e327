import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics import exact_sums
from metrics.exact_sums import sum_by, total_of

LIMIT = 10**15  # of one amount, in minor units


def plainly(codes: list[int], amounts: list[int], count: int) -> list[int]:
    sums = [0] * count
    for code, amount in zip(codes, amounts, strict=True):
        sums[code] += amount
    return sums


def test_amounts_of_one_code_add_up() -> None:
    assert sum_by(np.array([2, 0, 2]), np.array([5, 7, -1]), 4).tolist() == [7, 0, 4, 0]


def test_nothing_adds_up_to_zeros() -> None:
    assert sum_by(np.array([], np.int64), np.array([], np.int64), 2).tolist() == [0, 0]


def test_a_total_may_be_more_than_64_bits() -> None:
    assert total_of(np.full(6, 2**62)) == 6 * 2**62
    assert total_of(np.array([2**62, -(2**62)] * 3)) == 0


def test_two_million_amounts_at_the_limit_add_up_to_the_last_unit() -> None:
    amounts = np.full(2_000_000, LIMIT)
    amounts[::4] -= 1  # half a million of the even rows

    even, odd = sum_by(np.arange(2_000_000) % 2, amounts, 2).tolist()

    assert even == 10**6 * LIMIT - 500_000  # beyond what 64 bits hold
    assert odd == 10**6 * LIMIT


def test_sums_that_floating_point_would_round_are_exact() -> None:
    # 2**53 + 1 is the first whole number without a float64 of its own.
    assert sum_by(np.zeros(2, np.int64), np.array([2**53, 1]), 1).tolist() == [2**53 + 1]
    assert sum_by(np.zeros(2, np.int64), np.array([-(2**53), -1]), 1).tolist() == [-(2**53) - 1]


def test_sums_that_fit_are_64_bits_wide() -> None:
    assert sum_by(np.zeros(9_000, np.int64), np.full(9_000, LIMIT), 1).dtype == np.int64
    assert sum_by(np.zeros(10_000, np.int64), np.full(10_000, LIMIT), 1).dtype == object


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint32, np.int64])
def test_narrow_amounts_are_added_up_wide(kind: type[np.integer]) -> None:
    amounts = np.full(1_000, np.iinfo(kind).max, kind)

    assert sum_by(np.zeros(1_000, np.uint16), amounts, 1)[0] == 1_000 * np.iinfo(kind).max


def test_more_rows_than_fit_at_once_are_added_up_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_sums, "_ROWS", 3)
    amounts = [LIMIT - n for n in range(50)]

    assert sum_by(np.zeros(50, np.int64), np.array(amounts), 1).tolist() == [sum(amounts)]


@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 4),
            st.integers(-9, 9) | st.integers(-LIMIT, LIMIT) | st.integers(-(2**63), 2**63 - 1),
        )
    )
)
def test_any_amounts_add_up_as_integers_do(rows: list[tuple[int, int]]) -> None:
    codes, amounts = [code for code, _ in rows], [amount for _, amount in rows]

    sums = sum_by(np.array(codes, np.int64), np.array(amounts, np.int64), 5)

    assert sums.tolist() == plainly(codes, amounts, 5)
