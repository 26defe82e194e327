from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.style.differences import change_of, distance_of, moves_of, parts_of
from bot.style.figures import MINUS, percent, points
from metrics.retention import NOTHING, Retention
from tests.bot.shown import retentions, tenths
from tests.metrics.retentions import retention_of

RATIOS = st.fractions(0, 3, max_denominator=10**9)


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        pytest.param("1.0097", "1.0044", "+0.6 pts", id="101.0-less-100.4-is-not-0.5"),
        pytest.param("1.0104", "1.0196", f"{MINUS}1.0 pts", id="101.0-less-102.0-is-not-0.9"),
        pytest.param("1.1396", "1.1394", "+0.1 pts", id="114.0-over-113.9-is-not-nothing"),
        pytest.param("1.0104", "1.0096", "unchanged", id="101.0-and-101.0"),
        pytest.param("0.9995", "1", "unchanged", id="half-a-tenth-is-rounded-up"),
    ],
)
def test_a_difference_is_that_of_the_figures_shown(now: str, before: str, said: str) -> None:
    assert change_of(Fraction(now), Fraction(before)) == said


def test_there_is_no_difference_to_what_is_undefined() -> None:
    assert change_of(None, Fraction(1)) is None
    assert change_of(Fraction(1), None) is None


@given(RATIOS, RATIOS)
def test_whoever_subtracts_two_figures_gets_the_change_and_the_distance(
    now: Fraction, before: Fraction
) -> None:
    apart = tenths(percent(now)) - tenths(percent(before))

    assert tenths(str(change_of(now, before))) == apart
    assert tenths(distance_of(now, before)) == abs(apart)


@given(retentions())
def test_whoever_adds_the_moves_up_gets_nrr_and_grr_as_they_are_shown(terms: Retention) -> None:
    moves = moves_of(terms)
    assert moves is not None
    expansion, contraction, churn = (tenths(points(move)) for move in moves)

    assert 1000 + expansion + contraction + churn == tenths(percent(terms.nrr))
    assert 1000 + contraction + churn == tenths(percent(terms.grr))


@given(retentions())
def test_a_move_is_rounded_down_or_up_and_nothing_stays_nothing(terms: Retention) -> None:
    exact = [
        Fraction(change, terms.opening)
        for change in (terms.expansion, -terms.contraction, -terms.churn)
    ]

    for move, change in zip(moves_of(terms) or (), exact, strict=True):
        assert abs(move - change) < Fraction(1, 1000)
        assert change or not move


def test_a_base_that_lost_two_equal_parts_shows_both_losses_in_full() -> None:
    half = retention_of(100_000, expansion=150, contraction=250, churn=250)

    # 100.0 + 0.2 − 0.2 − 0.3 = 99.7 (99.65 half up), where halves alone would leave 99.6
    assert moves_of(half) == (Fraction(2, 1000), Fraction(-2, 1000), Fraction(-3, 1000))


def test_an_empty_base_did_not_move() -> None:
    assert moves_of(NOTHING) is None


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=12))
def test_shares_of_a_split_add_up_to_100_percent(sizes: list[int]) -> None:
    shares = parts_of(Fraction(1), [Fraction(size, sum(sizes)) for size in sizes])

    assert sum(tenths(percent(share)) for share in shares) == tenths("100.0%")


def test_three_equal_shares_are_not_100_percent_less_a_tenth() -> None:
    shares = parts_of(Fraction(1), [Fraction(1, 3)] * 3)

    assert [percent(share) for share in shares] == ["33.4%", "33.3%", "33.3%"]
