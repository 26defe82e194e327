"""A trend: a ratio over one rolling window per month, as values that everything else shows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from bot.questions.grounded import GroundedReply
from metrics.annualisation import chained
from metrics.benchmarks.comparing import BenchmarkedYear
from metrics.findings.finding import Findings
from metrics.period_grammar import shift_months
from metrics.periods import Period
from metrics.retention import NOTHING, Retention
from metrics.trends import WINDOWS, Direction, direction
from metrics.usual import UsualRange, usual_range

A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """The retention over the window that ends with one month, or in it while it runs.

    A month that is not in keeps its place among its neighbours, without a retention.
    """

    period: Period
    retention: Retention
    is_in: bool = True


@dataclass(frozen=True, kw_only=True)  # no slots: cached properties need a __dict__
class TrendSeries:
    """The points of one value of a dimension, the oldest first; of the whole scope without one.

    Where a value had no opening MRR its ratios are undefined. ``earlier`` is the point a year
    before the latest, where ``points`` do not reach back to it and the ledger does.
    """

    dimension: str | None = None
    value: str | None = None
    points: tuple[TrendPoint, ...]
    earlier: TrendPoint | None = None

    @cached_property
    def complete(self) -> tuple[TrendPoint, ...]:
        """The points of windows that are over, to the last that is in: no other is compared."""
        found = [point for point in self.points if point.period.complete]
        while found and not found[-1].is_in:
            found.pop()
        return tuple(found)

    @property
    def latest(self) -> TrendPoint | None:
        """The newest of the complete points."""
        return self.complete[-1] if self.complete else None

    @property
    def now(self) -> Retention:
        """The retention of the latest point; of nobody where there is none."""
        return self.latest.retention if self.latest else NOTHING

    @property
    def running(self) -> TrendPoint | None:
        """The point of the month that is not over; None where there is none."""
        last = self.points[-1]
        return None if last.period.complete else last

    @property
    def previous(self) -> TrendPoint | None:
        """The complete point of the month before the latest."""
        return self.complete[-2] if len(self.complete) > 1 else None

    @property
    def year_before(self) -> TrendPoint | None:
        """The point twelve months before the latest; None where the ledger has no such window."""
        if self.latest is None:
            return None
        end = shift_months(self.latest.period.end, -A_YEAR)
        found = (point for point in self.complete if point.is_in and point.period.end == end)
        return next(found, self.earlier)

    @property
    def compared_with(self) -> TrendPoint | None:
        """The point that the latest is compared with: a year before, else the first there is."""
        return self.year_before or (self.complete[0] if self.previous else None)

    @cached_property
    def direction(self) -> Direction:
        """The direction of NRR over the last three changes of complete windows."""
        return direction([point.retention.nrr for point in self.complete])

    @property
    def chained(self) -> Fraction | None:
        """The product of the complete points; None of a single one, or with a gap among them."""
        found = [point.retention.nrr for point in self.complete]
        known = [ratio for ratio in found if ratio is not None]
        return chained(known) if len(known) == len(found) > 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend(GroundedReply):
    """The reply to a question about a trend; amounts are MRR in minor units.

    ``series`` begins with the whole scope; the values of the dimension asked for follow, the
    largest latest opening base first. All have points for the same windows. ``months_left_out``
    counts the first months asked for, whose windows open when nobody in the ledger paid yet.
    ``findings`` rest on nothing but what the trend shows. ``benchmarked`` is its latest window of
    twelve months beside peers and goal; None where there are none, and of any other window.
    ``months_before`` are the NRR of the months before its latest, the last of them first, where it
    is of single months and of one line: longer windows have months in common, so how much
    neighbours differ says less than it seems.
    """

    series: tuple[TrendSeries, ...]
    months_left_out: int
    findings: Findings = field(default_factory=Findings)
    benchmarked: BenchmarkedYear | None = None
    months_before: Mapping[Period, Fraction] = field(default_factory=dict)

    @property
    def usual(self) -> UsualRange | None:
        """The range that its months usually lie in; None where too few are known."""
        return usual_range([*reversed([*self.months_before.values()])])

    @property
    def window(self) -> int:
        """The months of each window."""
        return self.question.options.window or WINDOWS[-1]

    @property
    def whole(self) -> TrendSeries:
        """The series of the whole scope."""
        return self.series[0]

    @property
    def chained(self) -> Fraction | None:
        """What the months' NRR multiply to; longer windows have months in common."""
        return self.whole.chained if self.window == 1 else None

    @property
    def breakdown(self) -> tuple[TrendSeries, ...]:
        """The series of the single values; none where nothing was asked to be split."""
        return self.series[1:]
