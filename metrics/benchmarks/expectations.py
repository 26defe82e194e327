"""The declarations of a workspace: its profile, the peers of its segments, and its goals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from metrics.benchmarks.comparing import (
    Benchmark,
    BenchmarkedYear,
    benchmarks_of_company,
    benchmarks_of_customers,
)
from metrics.benchmarks.goals import gap_to
from metrics.benchmarks.tables import (
    PROFILES,
    STAGES,
    CompanyProfile,
    CompanyStage,
    CustomerSegment,
)
from metrics.retention import Retention
from metrics.rollup import Scope

SEGMENT = "segment"
_LETTERS = re.compile(r"[^a-z]")

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceProfile:
    """The kind of company that a workspace declares; ``stage`` is None where ARR decides."""

    company: CompanyProfile
    stage: CompanyStage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """A workspace's profile and goals, as they are stored.

    Attributes
    ----------
    profile : WorkspaceProfile, optional
        None before one is declared: no benchmark is shown then.
    segments : mapping of pair to CustomerSegment
        Peers that were set for single values, whatever they are called; None for no peers.
    goals : mapping of Scope to Fraction
        NRR over twelve months, by scopes in the order of their dimensions.
    """

    profile: WorkspaceProfile | None = None
    segments: Mapping[Pair, CustomerSegment | None] = field(default_factory=dict)
    goals: Mapping[Scope, Fraction] = field(default_factory=dict)

    @property
    def are_none(self) -> bool:
        """Whether nothing is declared, and nothing aimed at."""
        return self.profile is None and not self.goals

    def customers_of(self, scope: Scope, main_dimension: str) -> CustomerSegment | None:
        """Find the peers of a scope of one value: as they were set, else by its name."""
        if len(scope) != 1:
            return None
        [(dimension, value)] = scope
        if (dimension, value) in self.segments:
            return self.segments[dimension, value]
        is_segment = dimension in {main_dimension, SEGMENT}
        return named_segment(value) if is_segment else None

    def beside(
        self, year: Retention, scope: Scope, *, main_dimension: str, stage: CompanyStage | None
    ) -> BenchmarkedYear | None:
        """Put twelve months beside what is published of its peers, and their goal.

        Parameters
        ----------
        stage : CompanyStage, optional
            That of the company by its ARR, where the profile says none.

        Returns
        -------
        BenchmarkedYear, optional
            None where nothing is declared or aimed at.
        """
        goal = self.goals.get(tuple(sorted(scope)))
        if self.profile is None and goal is None:
            return None
        benchmarks, drivers = self._peers(scope, main_dimension, stage)
        return BenchmarkedYear(
            year=year,
            benchmarks=benchmarks,
            drivers=drivers,
            is_judged=self.profile is not None,
            goal=None if goal is None else gap_to(goal, year),
        )

    def _peers(
        self, scope: Scope, main_dimension: str, stage: CompanyStage | None
    ) -> tuple[tuple[Benchmark, ...], str]:
        if self.profile is None:
            return (), ""
        if not scope:
            company = self.profile.company
            found = benchmarks_of_company(company, self.profile.stage or stage)
            return found, PROFILES[company].drivers
        customers = self.customers_of(scope, main_dimension)
        if customers is None:
            return (), ""
        return benchmarks_of_customers(customers), PROFILES[CompanyProfile(customers)].drivers


def named_segment(value: str) -> CustomerSegment | None:
    """Match the name of a segment with a guide's, however it is spelled.

    Examples
    --------
    >>> str(named_segment("Mid Market")), named_segment("key accounts")
    ('mid-market', None)
    """
    letters = _LETTERS.sub("", value.casefold())
    return next((one for one in CustomerSegment if _LETTERS.sub("", one) == letters), None)


def stage_by_arr(arr_dollars: Fraction) -> CompanyStage:
    """Find the stage of a company by its ARR in US dollars; an edge belongs to the higher stage.

    Examples
    --------
    >>> str(stage_by_arr(Fraction(999_999))), str(stage_by_arr(Fraction(1_000_000)))
    ('seed', 'series-a')
    """
    return next(
        stage for stage, row in STAGES.items() if row.arr.high is None or arr_dollars < row.arr.high
    )
