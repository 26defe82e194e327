"""The status of a rule month after month: a walk through its closed months, without a memory.

The status follows from all figures as they are now, never from the order in which they came.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum, unique

from metrics.alerts.baselines import MONTHS
from metrics.alerts.rules import AlertRule, RuleKind, Window
from metrics.alerts.series import ClosedMonth, Point, Series, points
from metrics.alerts.verdicts import Half, Verdict, Yardstick, judge, yardstick
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
    NO_BASE = "no-base"  # nothing was open when the twelve months, or the quarter, began


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachStreak:
    """Months that breach: pending while they are too few, firing until a month recovers.

    An event is what one account alone did in one month: it is over with that month, and neither
    recovers nor is reminded of.
    """

    began: date
    through: date  # the last month that was judged
    months: int  # in a row up to that one, those after it fired included; 0 if it did not breach
    against: Yardstick | None
    fired_in: date | None = None
    is_event: bool = False


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
        """Consecutive months, or quarters, that breached, up to the last one that was judged."""
        return self.run.months if self.run else 0

    @property
    def fired_in(self) -> date | None:
        """The month that a firing streak fired in."""
        return self.run.fired_in if self.run else None

    @property
    def is_event(self) -> bool:
        """Whether it fires for what one account alone did in one month."""
        return self.run is not None and self.run.is_event

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
            status = _after(rule, month, known, _lasting(status.run))
        elif rule.window.ends_with(month):  # a drop goes on: silence is no recovery
            health = _health(rule, series.months.get(month))
            status = replace(status, run=_lasting(status.run), health=health)
        result[month] = status
    return result


def usual_before(rule: AlertRule, series: Series, month: date) -> frozenset[date]:
    """Find the months before which that lies which a month, or a drop in it, is held against.

    A drop that lasts is held against what was usual before it began, however long ago.
    """
    statuses, found, at = month_statuses(rule, series), {month}, month
    while (run := statuses.get(shift_months(at, -1), NOT_JUDGED).run) is not None:
        at = run.began
        found.add(at)
    return frozenset(found)


def _health(rule: AlertRule, closed: ClosedMonth | None) -> Health:
    if closed is None:
        return Health.STALE
    retention = closed.over(rule.window)
    has_base = retention is not None and retention.opening > 0
    return Health.INSUFFICIENT if has_base or rule.window is Window.MONTH else Health.NO_BASE


def _lasting(streak: BreachStreak | None) -> BreachStreak | None:
    return None if streak is None or streak.is_event else streak


def _after(
    rule: AlertRule, month: date, known: Mapping[date, Point], streak: BreachStreak | None
) -> MonthStatus:
    if streak is not None and streak.fired_in is not None:
        return _after_firing(rule, month, known, streak)
    # A pending streak is held against the yardstick of its first month; a gap ends it.
    if streak is not None and _follows(rule, month, streak):
        verdict = judge(rule, known[month], streak.against)
        if verdict.is_breach:
            return _breached(rule, month, verdict, streak)
    against = yardstick(rule, month, known)
    return _begun(rule, month, judge(rule, known[month], against), against)


def _begun(
    rule: AlertRule, month: date, verdict: Verdict, against: Yardstick | None
) -> MonthStatus:
    if not verdict.is_breach:
        return MonthStatus(month=month, verdict=verdict)
    begun = BreachStreak(began=month, through=month, months=0, against=against)
    return _breached(rule, month, verdict, begun)


def _breached(rule: AlertRule, month: date, verdict: Verdict, streak: BreachStreak) -> MonthStatus:
    months = streak.months + 1
    is_event = verdict.half is Half.ACCOUNT
    # Equal and not at least: a streak that fired is followed by `_after_firing` from then on.
    fired_in = month if is_event or months == rule.for_periods else None
    return MonthStatus(
        run=replace(streak, through=month, months=months, fired_in=fired_in, is_event=is_event),
        month=month,
        verdict=verdict,
    )


def _after_firing(
    rule: AlertRule, month: date, known: Mapping[date, Point], streak: BreachStreak
) -> MonthStatus:
    point, against = known[month], _still_usual(rule, month, known, streak)
    verdict = judge(rule, point, against, is_ongoing=True)
    # Without a movement the ratio is 100 % because nothing was to be moved.
    if verdict.half is not Half.ACCOUNT and not (verdict.is_recovered and point.has_movements):
        before = streak.months if _follows(rule, month, streak) else 0
        months = before + 1 if verdict.is_breach else 0
        still = replace(streak, through=month, months=months)
        return MonthStatus(run=still, month=month, verdict=verdict)
    # The drop is over; what one account did in the same month is another matter.
    return _begun(rule, month, verdict, against)


def _follows(rule: AlertRule, month: date, streak: BreachStreak) -> bool:
    return streak.through == shift_months(month, -rule.window.apart)


def _still_usual(
    rule: AlertRule, month: date, known: Mapping[date, Point], streak: BreachStreak
) -> Yardstick | None:
    # People's own drops stay against what was before them; with the default rules a drop that lasts
    # has become the usual after a year: else a new level would fire for ever.
    is_own = rule.kind in {RuleKind.POINT_DROP, RuleKind.PERCENT_DROP}
    if is_own or month < shift_months(streak.began, MONTHS):
        return streak.against
    return yardstick(rule, month, known) or streak.against
