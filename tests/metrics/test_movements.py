import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.movements import MovementKind, arr, classify


@pytest.mark.parametrize(
    ("before", "after", "has_paid", "kind"),
    [
        pytest.param(0, 100, False, MovementKind.NEW, id="first-mrr-ever"),
        pytest.param(0, 100, True, MovementKind.REACTIVATION, id="paid-before"),
        pytest.param(100, 101, True, MovementKind.EXPANSION, id="a-cent-more"),
        pytest.param(100, 99, True, MovementKind.CONTRACTION, id="a-cent-less"),
        pytest.param(100, 1, True, MovementKind.CONTRACTION, id="all-but-a-cent"),
        pytest.param(100, 0, True, MovementKind.CHURN, id="all-of-it"),
        pytest.param(100, 100, True, MovementKind.UNCHANGED, id="as-it-was"),
        pytest.param(0, 0, False, MovementKind.UNCHANGED, id="never-paid"),
        pytest.param(0, 0, True, MovementKind.UNCHANGED, id="still-away"),
    ],
)
def test_a_change_of_mrr_has_one_name(
    before: int, after: int, *, has_paid: bool, kind: MovementKind
) -> None:
    assert classify(before, after, has_paid=has_paid) is kind


mrr = st.integers(0, 1_000)


@given(before=mrr, after=mrr, paid=st.booleans())
def test_the_name_says_which_way_the_money_went(before: int, after: int, *, paid: bool) -> None:
    gains = {MovementKind.NEW, MovementKind.EXPANSION, MovementKind.REACTIVATION}
    losses = {MovementKind.CONTRACTION, MovementKind.CHURN}

    kind = classify(before, after, has_paid=paid)

    assert (kind in gains) is (after > before)
    assert (kind in losses) is (after < before)


@given(before=mrr, after=mrr, paid=st.booleans())
def test_logos_are_won_and_lost_only_at_zero(before: int, after: int, *, paid: bool) -> None:
    won = {MovementKind.NEW, MovementKind.REACTIVATION}

    kind = classify(before, after, has_paid=paid)

    assert (kind in won) is (before == 0 < after)
    assert (kind is MovementKind.CHURN) is (after == 0 < before)


@given(mrr, mrr)
def test_a_renewal_is_stated_and_never_guessed(before: int, after: int) -> None:
    assert classify(before, after, has_paid=True) is not MovementKind.RENEWAL


def test_arr_is_twelve_times_mrr() -> None:
    assert arr(100_000_00) == 1_200_000_00
