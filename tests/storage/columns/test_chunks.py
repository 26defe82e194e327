import numpy as np
import pytest

from storage.columns import chunks
from storage.columns.chunks import Chunks, fitted
from storage.columns.codec import pack


@pytest.fixture(autouse=True)
def _chunks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 3)


def stored(*parts: tuple[int, list[int]], fill: int = 0) -> Chunks:
    return Chunks([(chunk, pack(np.array(cells))) for chunk, cells in parts], fill=fill)


def test_the_whole_is_one_chunk_behind_the_other() -> None:
    column = stored((0, [1, 2, 3]), (1, [4, 5, 600]), (2, [7]))

    assert column.whole.tolist() == [1, 2, 3, 4, 5, 600, 7]
    assert [column.part(chunk, 3).tolist() for chunk in range(3)] == [
        [1, 2, 3],
        [4, 5, 600],
        [7, 0, 0],
    ]


def test_what_is_missing_has_the_value_of_a_cell_that_is_not_there() -> None:
    column = stored((1, [4]), (3, [5, 6]), fill=9)

    assert column.part(0, 2).tolist() == [9, 9]
    assert column.part(1, 3).tolist() == [4, 9, 9]
    assert column.whole.tolist() == [9, 9, 9, 4, 9, 9, 9, 9, 9, 5, 6]
    assert column.part(4, 1).tolist() == [9]


def test_a_column_without_a_row_has_no_cell() -> None:
    assert stored().whole.tolist() == []
    assert stored().part(0, 2).tolist() == [0, 0]


def test_cells_that_are_added_make_a_column_no_wider_than_it_must_be() -> None:
    narrow = np.array([1, 2], np.uint16)

    assert fitted(narrow, 4).dtype == np.uint16
    assert fitted(narrow, 4, fill=2**31 - 1).tolist() == [1, 2, 2**31 - 1, 2**31 - 1]
    assert fitted(narrow, 1).tolist() == [1]
