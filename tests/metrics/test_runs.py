"""Where runs of equal rows begin and end."""

import numpy as np

from metrics.runs import begins, ends

ACCOUNT = np.array([1, 1, 1, 2, 2])
DAY = np.array([5, 5, 6, 6, 6])
NOTHING = np.zeros(0, np.int64)


def test_a_run_begins_where_a_column_differs_from_the_row_before() -> None:
    assert begins(ACCOUNT).tolist() == [True, False, False, True, False]
    assert begins(ACCOUNT, DAY).tolist() == [True, False, True, True, False]


def test_a_run_ends_where_a_column_differs_from_the_row_behind() -> None:
    assert ends(ACCOUNT).tolist() == [False, False, True, False, True]
    assert ends(ACCOUNT, DAY).tolist() == [False, True, True, False, True]


def test_no_rows_have_no_run() -> None:
    assert begins(NOTHING).tolist() == ends(NOTHING, NOTHING).tolist() == []
