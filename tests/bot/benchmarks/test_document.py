"""What is held against figures, as programs read it."""

from datetime import date
from fractions import Fraction

from bot.benchmarks.document import beside_json, tier_review_json
from bot.benchmarks.tier_review import TierReview
from metrics.benchmarks.expectations import Expectations
from metrics.benchmarks.tiers import TiersApart
from tests.metrics.retentions import retention_of


def test_a_goal_without_a_profile_has_no_peers() -> None:
    year = retention_of(100_00, churn=5_00)
    beside = Expectations(goals={(): Fraction(1)}).beside(
        year, (), main_dimension="segment", stage=None
    )

    assert beside_json(beside, "USD") == {
        "benchmarks": None,
        "goal": {"nrr": "1.000000", "over": "-0.050000", "over_mrr": "-5.00", "is_met": False},
    }


def test_tiers_that_lie_apart_have_their_ratios_and_weights_and_the_quarters_ends() -> None:
    apart = TiersApart(
        higher="mid",
        lower="smb",
        of_higher=retention_of(100, expansion=20),
        of_lower=retention_of(100, churn=20),
        weight_higher=Fraction(3, 4),
        weight_lower=Fraction(1, 4),
    )

    found = tier_review_json(TierReview(apart=apart, ends=(date(2026, 7, 1), date(2026, 10, 1))))

    assert found == {
        "higher": {"value": "mid", "nrr": "1.200000", "weight": "0.750000"},
        "lower": {"value": "smb", "nrr": "0.800000", "weight": "0.250000"},
        "months": ["2026-06", "2026-09"],
    }
