from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.errors import ReconciliationError
from metrics.migration import Beyond, Cell, Flow, Migration
from tests.metrics.retentions import retention_of

ARRIVED, LEFT, OTHERS = Beyond.ARRIVED, Beyond.LEFT, Beyond.OTHERS


def flow(accounts: int, opening: int = 100, closing: int = 100) -> Flow:
    return Flow(accounts=accounts, opening=opening, closing=closing)


PLANS = Migration(
    flows={
        ("starter", "starter"): flow(20, 2_000, 2_100),
        ("starter", "growth"): flow(3, 300, 500),
        ("growth", "growth"): flow(9, 900, 900),
        ("growth", "starter"): flow(1, 100, 40),
        ("starter", LEFT): flow(2, 200, 0),
        (ARRIVED, "growth"): flow(4, 0, 400),
    }
)
BASE = retention_of(3_500, accounts=35, left=2, expansion=300, contraction=60, churn=200)


def test_rows_come_to_what_opened_and_columns_to_what_pays_at_the_close() -> None:
    assert {place: one.opening for place, one in PLANS.opened.items()} == {
        "starter": 2_500,
        "growth": 1_000,
        ARRIVED: 0,
    }
    assert {place: one.closing for place, one in PLANS.closed.items()} == {
        "starter": 2_140,
        "growth": 1_800,
        LEFT: 0,
    }


def test_moves_are_between_values_the_largest_change_first() -> None:
    assert [(cell, one.change) for cell, one in PLANS.moves] == [
        (("starter", "growth"), 200),
        (("growth", "starter"), -60),
    ]


def test_a_matrix_comes_to_the_answer_to_the_cent_and_to_the_account() -> None:
    PLANS.check(BASE, arrived=400)

    with pytest.raises(ReconciliationError):
        PLANS.check(BASE, arrived=401)


def test_the_smallest_values_stand_together() -> None:
    small: dict[Cell, Flow] = {
        ("a", "a"): flow(5, 900, 900),
        ("b", "c"): flow(1),
        ("c", "c"): flow(1, 50, 50),
    }

    assert Migration(flows=small).condensed(2).flows == {
        ("a", "a"): flow(5, 900, 900),
        (OTHERS, OTHERS): flow(2, 150, 150),
    }
    assert Migration(flows=small).condensed(3).flows == small


def test_a_cell_of_three_is_left_out_with_those_that_would_tell_it() -> None:
    # starter → growth has 3: with what is beside it in its row, 2 left, five are left out; in its
    # column the 4 that arrived are; 1 of growth → starter takes 9 of its row and 20 of its column
    shown = PLANS.without_few(arrivals_too=True)

    assert {*shown.flows, *shown.hidden} == {*PLANS.flows}
    assert ("starter", "growth") in shown.hidden
    assert not (PLANS.without_few(arrivals_too=False).flows.keys() & {(ARRIVED, "growth")})


_PLACES = st.sampled_from(["a", "b", "c"])
_CELLS = st.one_of(
    st.tuples(_PLACES, _PLACES),
    st.tuples(_PLACES, st.just(LEFT)),
    st.tuples(st.just(ARRIVED), _PLACES),
)


@given(counts=st.dictionaries(_CELLS, st.integers(1, 12), max_size=12))
def test_no_row_column_or_base_less_what_is_shown_of_it_leaves_few(
    counts: dict[Cell, int],
) -> None:
    shown = Migration(flows={cell: flow(count) for cell, count in counts.items()}).without_few(
        arrivals_too=True
    )

    sums: defaultdict[object, list[int]] = defaultdict(lambda: [0, 0])
    for cell, count in counts.items():
        base = () if cell[0] is ARRIVED else ("base",)
        for line in (("row", cell[0]), ("column", cell[1]), *base):
            sums[line][cell in shown.hidden] += count
    assert all(one.accounts >= 5 for one in shown.flows.values())
    # What is left out is few only where nothing else is in the line: its sum is few, too.
    assert all(not 0 < hidden < 5 or not kept for kept, hidden in sums.values())
