from fractions import Fraction

from metrics.benchmarks.tiers import tiers_apart
from tests.metrics.benchmarks.years import year_of

# NRR 120.0 %, 105.0 % and 104.9 %
HIGH, MIDDLE, LOW = year_of(200, 0, 0), year_of(50, 0, 0), year_of(49, 0, 0, opening=1_000)


def test_segments_more_than_15_points_apart_at_both_quarter_ends_are_found_with_their_weights() -> (
    None
):
    small = year_of(0, 0, 50, opening=500)  # 90.0 %
    quarter = {"enterprise": HIGH, "mid": MIDDLE, "smb": small}

    found = tiers_apart(quarter, quarter, opening=2_500)

    assert found is not None
    assert (found.higher, found.lower) == ("enterprise", "smb")
    assert (found.weight_higher, found.weight_lower) == (Fraction(2, 5), Fraction(1, 5))


def test_exactly_15_points_are_not_more() -> None:
    assert tiers_apart({"a": HIGH, "b": MIDDLE}, {"a": HIGH, "b": MIDDLE}, opening=2_000) is None
    assert tiers_apart({"a": HIGH, "b": LOW}, {"a": HIGH, "b": LOW}, opening=2_000) is not None


def test_one_quarter_end_alone_is_not_enough() -> None:
    near, far = {"a": HIGH, "b": MIDDLE}, {"a": HIGH, "b": LOW}

    assert tiers_apart(near, far, opening=2_000) is None
    assert tiers_apart(far, near, opening=2_000) is None


def test_segments_that_changed_places_were_not_apart() -> None:
    assert tiers_apart({"a": HIGH, "b": LOW}, {"a": LOW, "b": HIGH}, opening=2_000) is None


def test_fewer_than_ten_accounts_tell_nothing() -> None:
    few = year_of(0, 0, 500, accounts=9)

    assert tiers_apart({"a": HIGH, "b": few}, {"a": HIGH, "b": LOW}, opening=2_000) is None
    assert tiers_apart({"a": HIGH}, {"a": HIGH, "b": LOW}, opening=2_000) is None
