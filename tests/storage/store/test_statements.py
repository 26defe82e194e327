import pytest
from sqlalchemy import select
from sqlmodel import col

from storage.store.engine import Store
from storage.store.statements import SIZE, among, batches, bulk_insert
from storage.tables.facts import Driver

HARD = ["plain", "a'b", 'a"b', "a\\b", "{1,2}", "null", "Zürich ☃", "7"]


@pytest.mark.parametrize(
    ("count", "sizes"),
    [(0, []), (1, [1]), (SIZE, [SIZE]), (SIZE + 1, [SIZE, 1])],
    ids=["none", "one", "full", "one-more"],
)
def test_items_come_in_lists_of_a_bounded_size(count: int, sizes: list[int]) -> None:
    found = list(batches(range(count)))

    assert [len(some) for some in found] == sizes
    assert [item for some in found for item in some] == list(range(count))


@pytest.mark.parametrize("asked", [HARD, HARD[:1], HARD[3:], []])
def test_rows_are_found_by_many_texts_whatever_these_are(store: Store, asked: list[str]) -> None:
    with store.write() as session:
        bulk_insert(session, Driver, ("number", "name"), [*enumerate([*HARD, "other"])])

    with store.read() as session:
        these = among(session, col(Driver.name), [*asked, "unknown"])
        found = session.scalars(select(col(Driver.name)).where(these)).all()

    assert sorted(found) == sorted(asked)
