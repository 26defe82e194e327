"""The profile and the goals of the demo company."""

from datetime import datetime
from fractions import Fraction
from typing import Final

from metrics.benchmarks.expectations import WorkspaceProfile
from metrics.benchmarks.goals import Goal
from metrics.benchmarks.tables import CompanyProfile
from storage.benchmarks.expectations import put_goal, put_profile
from storage.store.engine import Store

PROFILE: Final = WorkspaceProfile(company=CompanyProfile.MID_MARKET)
GOAL: Final = Goal(scope=(("segment", "enterprise"),), nrr=Fraction(115, 100))
_BY = "demo"


def declare(store: Store, *, now: datetime) -> None:
    """Store the company's profile, so that benchmarks are shown, and one goal that it misses."""
    with store.write(ledger=False) as session:
        put_profile(session, PROFILE, by=_BY, now=now)
        put_goal(session, GOAL, by=_BY, now=now)
