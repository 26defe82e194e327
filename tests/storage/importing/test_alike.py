import numpy as np
import pytest

from storage.importing import alike
from storage.importing.alike import alike_apart


def test_a_column_of_one_number_is_one_cell_and_the_others_keep_their_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alike, "_AT_ONCE", 2)
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
