import numpy as np
import pytest

from storage.importing import array_rows
from storage.importing.array_rows import ArrayRows, alike_apart, insert_arrays
from storage.importing.report import STEP
from storage.store.engine import Store
from storage.tables.facts import MovementRow
from tests.storage.store.test_bulk_insert import HARD
from tests.storage.stores import rows

OPEN = {"product": -1, "driver": -1, "reverses": 0}


def of_movements(size: int) -> dict[str, np.ndarray]:
    """So many movements whose cells are all in range, with nothing where there may be nothing."""
    numbers = {name: np.zeros(size, np.int64) for name in MovementRow.__table__.c.keys()}  # type: ignore[attr-defined]  # noqa: SIM118
    del numbers["movement_id"], numbers["id"]
    return numbers


def insert(store: Store, numbers: dict[str, np.ndarray], texts: list[str | None]) -> list[int]:
    told: list[int] = []
    filled = ArrayRows(first=1, numbers=numbers, texts={"movement_id": texts}, nothing=OPEN)
    with store.write() as session:
        insert_arrays(session, MovementRow, filled, told.append)
    return told


def test_texts_arrive_as_they_are_and_none_as_none(store: Store) -> None:
    texts = [*HARD, None, "x" * 200]

    insert(store, of_movements(len(texts)), texts)

    found = rows(store, "SELECT movement_id FROM mrr_movement ORDER BY id")
    assert [text for (text,) in found] == texts


def test_numbers_arrive_as_they_are_and_what_stands_for_nothing_as_null(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(array_rows, "_AT_ONCE", 2)
    numbers = of_movements(5)
    numbers["amount_minor"] = np.array([10**15, -(10**15), 0, 256, -1])
    numbers["day"] = np.array([-(2**31), 2**31 - 1, 0, 1, -1])
    numbers["driver"] = np.array([-1, 0, 3, -1, -1])
    numbers["product"] = np.full(5, -1)
    numbers["source"] = np.broadcast_to(7, 5)

    insert(store, numbers, [*"abcde"])

    query = "SELECT amount_minor, day, driver, product, source, reverses, movement_id"
    assert rows(store, f"{query} FROM mrr_movement ORDER BY id") == [
        (10**15, -(2**31), None, None, 7, None, "a"),
        (-(10**15), 2**31 - 1, 0, None, 7, None, "b"),
        (0, 0, 3, None, 7, None, "c"),
        (256, 1, None, None, 7, None, "d"),
        (-1, -1, None, None, 7, None, "e"),
    ]


def test_a_number_that_a_column_is_too_narrow_for_is_no_other_number(
    postgresql_store: Store,
) -> None:
    numbers = of_movements(2)
    numbers["day"] = np.array([0, 2**31])

    with pytest.raises(OverflowError):
        insert(postgresql_store, numbers, ["a", "b"])

    assert rows(postgresql_store, "SELECT count(*) FROM mrr_movement") == [(0,)]


def test_one_row_is_a_row(store: Store) -> None:
    numbers = of_movements(1)

    with store.write() as session:
        insert_arrays(session, MovementRow, ArrayRows(first=5, numbers=numbers, nothing=OPEN))

    found = rows(store, "SELECT id, day, product, driver, movement_id FROM mrr_movement")
    assert found == [(5, 0, 0, 0, None)]


def test_no_rows_are_no_rows(store: Store) -> None:
    told = insert(store, of_movements(0), [])

    assert told == []
    assert rows(store, "SELECT count(*) FROM mrr_movement") == [(0,)]


def test_who_waits_is_told_of_each_step(store: Store) -> None:
    size = 2 * STEP + 1

    told = insert(store, of_movements(size), [f"m{number}" for number in range(size)])

    assert told == [0, STEP, 2 * STEP]
    assert rows(store, "SELECT count(*), max(movement_id) FROM mrr_movement") == [(size, "m9999")]


def test_a_column_of_one_number_is_one_cell_and_the_others_keep_their_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(array_rows, "_CELLS_AT_ONCE", 2)
    columns = {
        "day": np.array([3, 3, 3]),
        "product": np.array([-1, -1, -1]),
        "driver": np.array([4, -1, 5]),
        "amount": np.array([-1, 2, 3]),
    }

    different, same = alike_apart(columns, nothing={"product": -1, "driver": -1})

    assert same == {"day": 3, "product": None}
    assert [*zip(*different.values(), strict=True)] == [(4, -1), (None, 2), (5, 3)]
    assert [*different] == ["driver", "amount"]


def test_without_a_row_no_column_is_alike() -> None:
    different, same = alike_apart({"day": np.zeros(0, np.int64)})

    assert ([*different["day"]], same) == ([], {})
