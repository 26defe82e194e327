"""Benchmarks, goals and the review of tiers as JSON."""

from fractions import Fraction

from bot.benchmarks.tier_review import TierReview
from bot.style.document import Json, money_json, ratio_json
from metrics.benchmarks.comparing import Benchmark, BenchmarkedYear
from metrics.period_grammar import ONE_DAY
from metrics.retention import Retention


def beside_json(beside: BenchmarkedYear | None, currency: str) -> Json:
    """Give the bands and the goal of twelve months; each is None where there is none."""
    goal = beside.goal if beside else None
    return {
        "benchmarks": beside and benchmarks_json(beside),
        "goal": goal
        and {
            "nrr": ratio_json(goal.goal),
            "over": ratio_json(goal.over),
            "over_mrr": money_json(goal.over_minor, currency),
            "is_met": goal.is_met,
        },
    }


def tier_review_json(review: TierReview | None) -> Json | None:
    """Give both segments with their NRR and weight, and the months that the quarters end with."""
    if review is None:
        return None
    apart = review.apart
    return {
        "higher": _tier(apart.higher, apart.of_higher, apart.weight_higher),
        "lower": _tier(apart.lower, apart.of_lower, apart.weight_lower),
        "months": [f"{end - ONE_DAY:%Y-%m}" for end in review.ends],
    }


def benchmarks_json(beside: BenchmarkedYear) -> Json | None:
    """Give the bands that twelve months are held against; None before a profile is declared."""
    if not beside.is_judged:
        return None
    return {
        "bands": [_band(one, beside.year) for one in beside.benchmarks],
        "drivers": beside.drivers or None,
        "quadrant": beside.quadrant,
    }


def _band(one: Benchmark, year: Retention) -> Json:
    return {
        "guide": one.guide,
        "peers": one.title,
        "measure": one.measure,
        "level": one.level,
        "low": ratio_json(one.band.low),
        "high": ratio_json(one.band.high),
        "open_ended": one.band.is_open,
        "position": one.position_of(year),
    }


def _tier(name: str, year: Retention, weight: Fraction) -> Json:
    return {"value": name, "nrr": ratio_json(year.nrr), "weight": ratio_json(weight)}
