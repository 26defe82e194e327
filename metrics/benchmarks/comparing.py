"""Twelve months of a base held against the bands that are published of its peers."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from metrics.benchmarks.bands import Band, BandPosition
from metrics.benchmarks.goals import GoalGap
from metrics.benchmarks.quadrant import Quadrant, quadrant_of
from metrics.benchmarks.tables import (
    HEALTHY_GRR,
    PROFILES,
    SEGMENTS,
    STAGES,
    CompanyProfile,
    CompanyStage,
    CustomerSegment,
    Guide,
)
from metrics.retention import Retention


class Measure(StrEnum):
    """The ratios that bands are published of; churn is that of accounts that left."""

    NRR = "nrr"
    GRR = "grr"
    CHURN = "churn"

    def of(self, year: Retention) -> Fraction | None:
        """Take the ratio out of a year's retention; None without opening MRR."""
        match self:
            case Measure.NRR:
                return year.nrr
            case Measure.GRR:
                return year.grr
            case Measure.CHURN:
                return year.share_of_opening(year.churn)


class PeerLevel(StrEnum):
    """The level of a band: that which peers usually reach, or the best of them."""

    MEDIAN = "median"
    TYPICAL = "typical"
    TARGET = "target"
    TOP_QUARTILE = "top quartile"
    TOP = "top"
    HEALTHY = "healthy"


_BEST = frozenset({PeerLevel.TOP_QUARTILE, PeerLevel.TOP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """One published band that a base may be held against.

    ``peers`` is the short name of its row, ``title`` what the guide prints.
    """

    guide: Guide
    peers: str
    title: str
    level: PeerLevel
    band: Band
    measure: Measure = Measure.NRR

    @property
    def is_usual(self) -> bool:
        """Whether it is a band of NRR that peers are expected to reach, not the best of them."""
        return self.measure is Measure.NRR and self.level not in _BEST

    def position_of(self, year: Retention) -> BandPosition | None:
        """Compare twelve months with the band; None without opening MRR."""
        ratio = self.measure.of(year)
        return None if ratio is None else self.band.position_of(ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkedYear:
    """Twelve months of one base, the bands that apply to it, and its goal.

    Attributes
    ----------
    benchmarks : tuple of Benchmark
        Empty before a profile is declared, and of a base that has no published peers.
    drivers : str
        What drives the NRR of its peers, by the GTM Engineer's guide; empty without any.
    is_judged : bool
        Whether a profile is declared, so that levels may be said to be good or bad.
    """

    year: Retention
    benchmarks: tuple[Benchmark, ...] = ()
    drivers: str = ""
    is_judged: bool = False
    goal: GoalGap | None = None

    @property
    def usual(self) -> tuple[Benchmark, ...]:
        """The first usual band of NRR of each guide."""
        first = {one.guide: one for one in reversed(self.benchmarks) if one.is_usual}
        return tuple(first[guide] for guide in Guide if guide in first)

    @property
    def quadrant(self) -> Quadrant | None:
        """The quadrant of GRR and NRR; None before a profile is declared."""
        return quadrant_of(self.year) if self.is_judged else None


def benchmarks_of_company(
    profile: CompanyProfile, stage: CompanyStage | None
) -> tuple[Benchmark, ...]:
    """List the bands of a company: by its profile, by its stage if known, and by its customers."""
    return (
        *_of_profile(profile),
        *(_of_stage(stage) if stage else ()),
        *_of_customers(_SELLS_TO.get(profile)),
        _HEALTHY,
    )


def benchmarks_of_customers(segment: CustomerSegment) -> tuple[Benchmark, ...]:
    """List the bands of a segment of customers, and of companies that have no others."""
    return (*_of_profile(CompanyProfile(segment)), *_of_customers(segment), _HEALTHY)


_SELLS_TO = {CompanyProfile(segment): segment for segment in CustomerSegment}
"""The customers that a company by its contracts' size has, which the other guide knows."""
_HEALTHY = Benchmark(
    guide=Guide.SALES_LED,
    peers="Series A",
    title="Series A",
    level=PeerLevel.HEALTHY,
    band=HEALTHY_GRR,
    measure=Measure.GRR,
)


def _of_profile(profile: CompanyProfile) -> Iterator[Benchmark]:
    row = PROFILES[profile]
    levels = {PeerLevel.MEDIAN: row.median, PeerLevel.TOP_QUARTILE: row.top_quartile}
    for level, band in levels.items():
        yield Benchmark(
            guide=Guide.GTM_ENGINEER, peers=row.name, title=row.title, level=level, band=band
        )


def _of_stage(stage: CompanyStage) -> Iterator[Benchmark]:
    row = STAGES[stage]
    for level, band in {PeerLevel.TARGET: row.target, PeerLevel.TOP: row.top}.items():
        if band is not None:
            yield Benchmark(
                guide=Guide.SALES_LED, peers=row.name, title=row.title, level=level, band=band
            )


def _of_customers(segment: CustomerSegment | None) -> Iterator[Benchmark]:
    if segment is None:
        return
    row = SEGMENTS[segment]
    for measure, band in {Measure.NRR: row.typical, Measure.CHURN: row.churn}.items():
        if band is not None:
            yield Benchmark(
                guide=Guide.SALES_LED,
                peers=row.name,
                title=row.title,
                level=PeerLevel.TYPICAL,
                band=band,
                measure=measure,
            )
