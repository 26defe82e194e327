"""Drops in months that are not closed yet: news before the close, which changes no state."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from metrics.alerts.rules import AlertRule, RuleKind
from metrics.alerts.series import ClosedMonth, Series
from metrics.alerts.statuses import MonthStatus, month_statuses

_LEVELS = frozenset({RuleKind.FLOOR, RuleKind.MASKING})
"""Kinds that say nothing before the close: twelve months are not those of a month to date."""


def provisional(
    rule: AlertRule, series: Series, unclosed: Mapping[date, ClosedMonth]
) -> dict[date, MonthStatus]:
    """Return the status of each unclosed month in which a rule would begin to fire.

    Parameters
    ----------
    rule : AlertRule
        One that looks for drops: a level has no provisional news.
    series : Series
        All closed months of the rule's scope.
    unclosed : mapping of date to ClosedMonth
        The months after them that are in, measured up to where the data ends.

    Returns
    -------
    dict of date to MonthStatus
        Empty where nothing is new: a drop that fires in the closed months goes on there.

    References
    ----------
    docs/definitions.md, section "Alerts".
    """
    if rule.kind in _LEVELS or not rule.enabled or not unclosed:
        return {}
    ahead = replace(series, months={**series.months, **unclosed}, closed_through=max(unclosed))
    statuses = month_statuses(rule, ahead)
    return {
        month: statuses[month] for month in sorted(unclosed) if statuses[month].fired_in == month
    }
