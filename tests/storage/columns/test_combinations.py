import numpy as np
import pytest

from metrics.attribute_table import AttributeTable
from storage.columns.combinations import (
    Combinations,
    StoredCombinations,
    mapped,
    read_attribute_sets,
)
from storage.store.engine import Store


def test_a_combination_has_one_number_whatever_the_order_of_its_dimensions(store: Store) -> None:
    with store.write() as session:
        sets = StoredCombinations(session)
        numbers = [
            sets.number({"plan": "pro", "region": "\u65e5\u672c"}),
            sets.number({"region": "\u65e5\u672c", "plan": "pro"}),
            sets.number({}),
        ]
        sets.flush()
        sets.flush()

    with store.write() as session:
        again = StoredCombinations(session)
        assert [again.number({}), again.number({"plan": "max"})] == [0, 2]
        again.flush()
        stored = read_attribute_sets(session)
    assert numbers == [1, 1, 0]
    assert stored == {0: {}, 1: {"plan": "pro", "region": "\u65e5\u672c"}, 2: {"plan": "max"}}


def test_the_numbers_of_a_table_stand_and_new_ones_follow() -> None:
    sets = Combinations(AttributeTable([{}, {"plan": "pro"}, {}, {"plan": "max"}]))

    # 2 is one that nobody has: to have no attribute stays 0
    asked = [sets.number({"plan": name}) for name in ("pro", "max", "free")]
    assert [sets.number({}), *asked] == [0, 1, 3, 4]
    assert [dict(sets[number]) for number in (0, 3, 4)] == [{}, {"plan": "max"}, {"plan": "free"}]


@pytest.mark.parametrize("far", [4, 10**12], ids=["a table", "too far apart for a table"])
def test_each_number_is_mapped_once_and_in_ascending_order(far: int) -> None:
    asked: list[int] = []

    def work(number: int) -> int:
        asked.append(number)
        return len(asked)

    assert mapped(np.array([far, 1, far, 0]), work).tolist() == [3, 2, 3, 1]
    assert asked == [0, 1, far]
