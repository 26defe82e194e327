"""The status of a rule month after month: a walk through its closed months, without a memory.

The status follows from all figures as they are now, never from the order in which they came.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum, unique

from metrics.alerts.baselines import MONTHS
from metrics.alerts.rules import AlertRule
from metrics.alerts.series import Point, Series, points
from metrics.alerts.verdicts import Verdict, Yardstick, judge, yardstick
from metrics.period_grammar import shift_months


@unique
class Phase(StrEnum):
    """The stage of a drop, in Alertmanager's words."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"


@unique
class Health(StrEnum):
    """Whether the last closed month could be judged."""

    OK = "ok"
    STALE = "stale"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachStreak:
    """Months that breach: pending while they are too few, firing until a month recovers."""

    began: date
    through: date  # the last month that was judged
    months: int  # counted until it fired
    against: Yardstick | None
    fired_in: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthStatus:
    """The status of a rule as of one closed month; the verdict is on ``month``, the last judged."""

    run: BreachStreak | None = None
    month: date | None = None
    verdict: Verdict | None = None
    health: Health = Health.OK

    @property
    def phase(self) -> Phase:
        """Inactive, pending, or firing."""
        if self.run is None:
            return Phase.INACTIVE
        return Phase.PENDING if self.run.fired_in is None else Phase.FIRING

    @property
    def breaches(self) -> int:
        """Consecutive months that breached, counted until it fired."""
        return self.run.months if self.run else 0

    @property
    def fired_in(self) -> date | None:
        """The month that a firing streak fired in."""
        return self.run.fired_in if self.run else None

    def is_within(self, fired_in: date) -> bool:
        """Tell whether the rule still fires for the drop that fired in a month."""
        if self.run is None or self.phase is not Phase.FIRING:
            return False
        return self.run.began <= fired_in <= self.run.through


NOT_JUDGED = MonthStatus()
"""The status of a rule before its first month."""


def month_statuses(rule: AlertRule, series: Series) -> dict[date, MonthStatus]:
    """Return the status of a rule as of each month, the oldest first.

    A month that is missing or too small changes nothing: it neither counts nor recovers, and the
    next one does not follow on a pending one.
    """
    known = points(rule, series)
    result: dict[date, MonthStatus] = {}
    status = NOT_JUDGED
    for month in series.calendar():
        if month in known:
            status = _after(rule, month, known, status.run)
        else:
            is_small = month in series.months
            health = Health.INSUFFICIENT if is_small else Health.STALE
            status = replace(status, health=health)  # a drop goes on: silence is no recovery
        result[month] = status
    return result


def _after(
    rule: AlertRule, month: date, known: Mapping[date, Point], streak: BreachStreak | None
) -> MonthStatus:
    if streak is not None and streak.fired_in is not None:
        return _after_firing(rule, month, known, streak)
    # A pending streak is held against the yardstick of its first month; a gap ends it.
    if streak is not None and streak.through == shift_months(month, -1):
        verdict = judge(rule, known[month], streak.against)
        if verdict.is_breach:
            return _breached(rule, month, verdict, streak)
    against = yardstick(rule, month, known)
    verdict = judge(rule, known[month], against)
    if not verdict.is_breach:
        return MonthStatus(month=month, verdict=verdict)
    begun = BreachStreak(began=month, through=month, months=0, against=against)
    return _breached(rule, month, verdict, begun)


def _breached(rule: AlertRule, month: date, verdict: Verdict, streak: BreachStreak) -> MonthStatus:
    months = streak.months + 1
    # Equal and not at least: a streak that fired is followed by `_after_firing` from then on.
    fired_in = month if months == rule.for_periods else None
    return MonthStatus(
        run=replace(streak, through=month, months=months, fired_in=fired_in),
        month=month,
        verdict=verdict,
    )


def _after_firing(
    rule: AlertRule, month: date, known: Mapping[date, Point], streak: BreachStreak
) -> MonthStatus:
    verdict = judge(rule, known[month], _still_usual(rule, month, known, streak))
    still = None if verdict.is_recovered else replace(streak, through=month)
    return MonthStatus(run=still, month=month, verdict=verdict)


def _still_usual(
    rule: AlertRule, month: date, known: Mapping[date, Point], streak: BreachStreak
) -> Yardstick | None:
    # After a year a drop that lasts has become the usual: else a new level would fire for ever.
    if month < shift_months(streak.began, MONTHS):
        return streak.against
    return yardstick(rule, month, known) or streak.against
