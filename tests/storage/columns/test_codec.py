import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.columns.codec import pack, unpack

HEAD = 8
WHOLE = st.integers(-(2**63), 2**63 - 1)
FEW = st.sampled_from([0, 1, -1, 255, 256, 2**40, 2**40 + 1])


@given(st.lists(WHOLE) | st.lists(FEW))
def test_any_numbers_come_back_as_they_went_in(numbers: list[int]) -> None:
    assert unpack(pack(np.array(numbers, np.int64))).tolist() == numbers


@pytest.mark.parametrize(
    ("numbers", "size"),
    [
        ([0, 255], 2),
        ([0, 256], 4),
        ([-1, 127], 2),
        ([-1, 128], 4),
        ([0, 2**32 - 1], 8),
        ([-1, 2**31 - 1], 8),
        ([0, 2**32], 8 + 8 * 2 + 2),
        ([2**40 + number for number in range(300)], 8 * 300),
    ],
)
def test_numbers_take_the_narrowest_type_that_holds_them(numbers: list[int], size: int) -> None:
    assert len(pack(np.array(numbers))) == HEAD + size


def test_equal_numbers_give_equal_bytes_whatever_their_type() -> None:
    assert pack(np.array([1, 2], np.int64)) == pack(np.array([1, 2], np.uint8))


def test_a_number_that_is_always_the_same_is_held_once() -> None:
    assert len(pack(np.full(65_536, 7))) == HEAD + 1


def test_a_few_distinct_moments_take_one_byte_each() -> None:
    moments = np.repeat([1_790_000_000_000_000, 1_790_000_000_000_001], 1_000)

    assert len(pack(moments)) == HEAD + 8 * 3 + 2_000


def test_what_was_unpacked_cannot_be_written_to() -> None:
    for numbers in ([7, 7], [7, 8], [2**40, 2**41, 2**40]):
        unpacked = unpack(pack(np.array(numbers)))
        with pytest.raises(ValueError, match="read-only"):
            unpacked[0] = 1
