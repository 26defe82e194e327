"""Whether a drop can stand at all: a look at two years, before all months are walked through."""

from datetime import date

from metrics.alerts.baselines import MONTHS, twelve_before
from metrics.alerts.rules import RECOVERY_MARGIN, AlertRule
from metrics.alerts.series import Series, points
from metrics.period_grammar import shift_months

LOOKED_AT = 2 * MONTHS
"""Months before the one asked about: the longest-lasting drop is held against the year before it,
and one of more than a year against the year before the month."""


def can_fire(rule: AlertRule, series: Series, month: date) -> bool:
    """Tell whether a rule that holds months against the usual can fire in one; False is certain.

    Parameters
    ----------
    series : Series
        With the `LOOKED_AT` months before ``month``, if there are so many.

    Notes
    -----
    What is usual is a median, and half of the months that it is of lie at or above it: without so
    many that lie above ``month`` by what it takes not to have recovered, nothing can fire.
    """
    known = points(rule, series)
    if month not in known:
        return False
    if sum(one in known for one in twelve_before(month)) < rule.months_before:
        return True  # it may still be held against an earlier time
    point = known[month]
    # Without a movement nothing recovers, however high it is.
    slack = rule.threshold - RECOVERY_MARGIN if point.has_movements else 0
    level = point.of(rule.metric) + slack
    first = shift_months(month, -LOOKED_AT)
    above = sum(first <= one < month and known[one].of(rule.metric) >= level for one in known)
    return above >= (rule.months_before + 1) // 2
