"""The profile and the goals of a workspace as JSON."""

from collections.abc import Mapping
from fractions import Fraction

from bot.answers.answer import Answer
from bot.benchmarks.document import benchmarks_json, beside_json
from bot.goals.message import ProfileView, levels_beside
from bot.style.document import Json, ratio_json
from metrics.benchmarks.expectations import Expectations
from metrics.rollup import Scope


def profile_json(view: ProfileView) -> Json:
    """Give the declared profile, the stage that counts, and the peers that were set."""
    expectations = view.expectations
    profile = expectations.profile
    return {
        "profile": profile and profile.company,
        "stage": profile and (profile.stage or view.stage),
        "stage_is_set": profile is not None and profile.stage is not None,
        "segments": [
            {"dimension": dimension, "value": value, "peers": peers}
            for (dimension, value), peers in expectations.segments.items()
        ],
    }


def level_json(level: Fraction, view: ProfileView) -> Json:
    """Give an NRR, and where it stands to the peers of each group that is seen."""
    beside = [benchmarks_json(one) for one in levels_beside(level, view)]
    return {"nrr": ratio_json(level), "benchmarks": beside}


def goals_json(expectations: Expectations, now: Mapping[Scope, Answer | None]) -> Json:
    """Give each goal, with its gap where there are figures."""
    return {
        "goals": [
            {
                "scope": dict(scope),
                "nrr": ratio_json(nrr),
                "now": _gap(now.get(scope)),
            }
            for scope, nrr in expectations.goals.items()
        ]
    }


def _gap(now: Answer | None) -> Json | None:
    if now is None or now.benchmarked is None:
        return None
    gap = beside_json(now.benchmarked, now.grounds.currency)["goal"]
    return gap and {"reached": ratio_json(now.benchmarked.year.nrr), **gap}
