import pytest

from storage.store.statements import SIZE, batches


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(0, []), (1, [1]), (SIZE, [SIZE]), (SIZE + 1, [SIZE, 1])],
    ids=["none", "one", "full", "one-more"],
)
def test_items_come_in_lists_of_a_bounded_size(count: int, sizes: list[int]) -> None:
    found = list(batches(range(count)))

    assert [len(some) for some in found] == sizes
    assert [item for some in found for item in some] == list(range(count))
