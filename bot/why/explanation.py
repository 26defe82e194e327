"""Why NRR changed between two periods, as values that everything else shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.benchmarks.tier_review import TierReview
from bot.confidence.sureness import Sureness
from bot.questions.grounded import GroundedReply
from metrics.activity import Activity
from metrics.benchmarks.comparing import BenchmarkedYear
from metrics.change import Change, Component, explain
from metrics.lever import Lever, find_lever
from metrics.periods import Period
from metrics.rates import MissingRateError
from metrics.retention import Retention
from metrics.usual import UsualRange, usual_range
from storage.ledger.account_changes import AccountChange

WHOLE = ""
"""The one segment of a base that is not split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSides:
    """One base in two periods, whole and by the values of a dimension; amounts in minor units.

    ``before`` is None where there is nothing to compare with, for want of ``no_rate`` if that is
    why, and without values nothing is split.
    """

    period: Period
    now: Retention
    before_period: Period
    before: Retention | None
    values_now: Mapping[str, Retention]
    values_before: Mapping[str, Retention]
    no_rate: MissingRateError | None = None

    def without_values(self) -> "ChangeSides":
        """Return the same without a split."""
        return replace(self, values_now={}, values_before={})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeContext:
    """Periods that a change is judged by.

    ``earlier`` are equally long periods before the one that is explained, the latest first, without
    a gap; ``year`` the twelve months that end with it, None where they are not known.
    """

    earlier: Mapping[Period, Retention]
    year_period: Period
    year: Retention | None


@dataclass(frozen=True, kw_only=True)  # no slots: cached properties need a __dict__
class Explanation(GroundedReply):
    """The reply to a question for the reasons of a change; amounts are MRR in minor units.

    ``dimension`` is what it is split by; ``drivers`` say what the base gained and lost by;
    ``accounts`` are the largest single changes, the largest first, None for whoever may not see
    single accounts. ``benchmarked`` are twelve months beside peers and goal, None where there are
    none; ``tier_review`` is that of its dimension; ``sureness`` is None without opening MRR.
    ``plays`` are what the playbook says of its accounts, by lever.
    """

    dimension: str | None
    sides: ChangeSides
    surroundings: ChangeContext
    drivers: Activity
    accounts: tuple[AccountChange, ...] | None
    benchmarked: BenchmarkedYear | None = None
    tier_review: TierReview | None = None
    sureness: Sureness | None = None
    plays: Mapping[Component, str] = field(default_factory=dict)

    @cached_property
    def change(self) -> Change | None:
        """The change and its parts; None where there is nothing to compare with."""
        sides = self.sides
        if sides.before is None:
            return None
        if not sides.values_now:
            return explain({WHOLE: sides.before}, {WHOLE: sides.now})
        return explain(sides.values_before, sides.values_now)

    @cached_property
    def usual(self) -> UsualRange | None:
        """The range that NRR of such periods usually lies in; None where too few are known."""
        known = [one.nrr for one in self.surroundings.earlier.values()]
        return usual_range([nrr for nrr in reversed(known) if nrr is not None])

    @cached_property
    def lever(self) -> Lever | None:
        """The component to work on first."""
        return find_lever(self.sides.now, self.surroundings.year, self.surroundings.earlier)

    @property
    def play(self) -> str | None:
        """The playbook's text for that; None where it has none."""
        return self.plays.get(self.lever.component) if self.lever else None
