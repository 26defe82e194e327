"""The figures of a reply over its periods, whole and by segment, as findings are made of."""

from dataclasses import dataclass

from bot.answers.answer import Answer, PeriodRetention
from bot.answers.small_cohorts import TOGETHER
from bot.trends.trend import Trend, TrendPoint
from metrics.findings.finding import Finding, GroupCourse
from metrics.retention import Retention
from metrics.rollup import Scope


@dataclass(frozen=True, slots=True)
class Split:
    """A scope, and the dimension that it is split by."""

    scope: Scope
    dimension: str | None

    def scope_of(self, finding: Finding) -> Scope:
        """Return the accounts that a finding is about: all, or one segment."""
        return self.scope_of_value(finding.segment)

    def scope_of_value(self, value: str | None) -> Scope:
        """Return the accounts of a segment; all without one."""
        if value is None or self.dimension is None:
            return self.scope
        return (*self.scope, (self.dimension, value))


def courses_of(answer: Answer) -> tuple[GroupCourse, tuple[GroupCourse, ...]]:
    """Gather the figures of an answer, whole and by segment, over its four periods."""
    beside = answer.comparisons
    whole = GroupCourse(
        now=answer.retention,
        before=_retention(beside.previous),
        year=_retention(beside.trailing),
        year_ago=_retention(beside.year_ago),
    )
    return whole, tuple(
        GroupCourse(
            value=part.value,
            now=part.retention,
            before=part.before,
            year=part.year,
            year_ago=part.year_ago,
        )
        for part in answer.parts
        if part.value != TOGETHER
    )


def courses_of_trend(trend: Trend) -> tuple[GroupCourse, ...]:
    """Gather the latest window of each series, the whole first, and the one a year before."""
    found = []
    for series in trend.series:
        latest, before = series.latest, series.year_before
        if latest is not None and series.value != TOGETHER:
            now, was = latest.retention, _retention(before)
            found.append(
                GroupCourse(value=series.value, now=now, before=was, year=now, year_ago=was)
            )
    return tuple(found)


def _retention(measured: PeriodRetention | TrendPoint | None) -> Retention | None:
    return measured.retention if measured and measured.retention.opening else None
