"""The course of a rule's ratio up to a notice."""

from datetime import date
from fractions import Fraction
from itertools import dropwhile

from bot.alerts.telling.details import MonthPoint
from bot.style.ratios import ratio_of
from metrics.alerts.rules import AlertRule, Window
from metrics.alerts.series import Series
from metrics.period_grammar import shift_months

YEARS = 2  # the picture shows them; of quarters, which are few, twice as many


def history(rule: AlertRule, series: Series, month: date) -> tuple[MonthPoint, ...]:
    """Return the ratio of the last stretches up to a month, from the first that is known."""
    count = YEARS * 12 if rule.window is not Window.QUARTER else 2 * YEARS * 4
    months = (shift_months(month, -back * rule.window.apart) for back in range(count - 1, -1, -1))
    found = (MonthPoint(month=one, value=_ratio(rule, series, one)) for one in months)
    return tuple(dropwhile(lambda point: point.value is None, found))


def point(rule: AlertRule, series: Series, month: date) -> MonthPoint:
    """Return the ratio of the stretch that ends with a month."""
    return MonthPoint(month=month, value=_ratio(rule, series, month))


def _ratio(rule: AlertRule, series: Series, month: date) -> Fraction | None:
    closed = series.months.get(month)
    retention = closed.over(rule.window) if closed else None
    return None if retention is None else ratio_of(rule, retention)
