"""Drops in months that are not closed yet: news before the close, which changes no state."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import ceil

from metrics.alerts.rules import AlertRule, RuleKind
from metrics.alerts.series import ClosedMonth, Series
from metrics.alerts.statuses import MonthStatus, month_statuses

_LEVELS = frozenset({RuleKind.FLOOR, RuleKind.MASKING})
"""Kinds that say nothing before the close: twelve months are not those of a month to date."""


def is_told_early(rule: AlertRule) -> bool:
    """Tell whether a rule has provisional news: one that is on and looks for drops."""
    return rule.enabled and rule.kind not in _LEVELS


def provisional(
    rule: AlertRule,
    series: Series,
    unclosed: Mapping[date, ClosedMonth],
    *,
    usual_rest: Callable[[date], Fraction],
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
    usual_rest : callable
        Gives what usually still comes in a month after the day on which its data ends, as a share
        of opening MRR; zero for one that is in whole. It is asked only where something fires.

    Returns
    -------
    dict of date to MonthStatus
        Empty where nothing is new: a drop that fires in the closed months goes on there. A month
        that has only begun must be as low even if its rest brings what is usual, else every month
        would begin with a drop.

    References
    ----------
    docs/definitions.md, section "Alerts".
    """
    if not unclosed or not is_told_early(rule):
        return {}
    found = _begun(rule, series, unclosed)
    if not found:
        return {}
    hoped = {month: _expanded(one, usual_rest(month)) for month, one in unclosed.items()}
    still = _begun(rule, series, hoped)
    return {month: status for month, status in found.items() if month in still}


def with_unclosed(series: Series, unclosed: Mapping[date, ClosedMonth]) -> Series:
    """Return the series as if the months that are in were closed."""
    through = max(unclosed, default=series.closed_through)
    return replace(series, months={**series.months, **unclosed}, closed_through=through)


def _begun(
    rule: AlertRule, series: Series, unclosed: Mapping[date, ClosedMonth]
) -> dict[date, MonthStatus]:
    statuses = month_statuses(rule, with_unclosed(series, unclosed))
    return {
        month: statuses[month] for month in sorted(unclosed) if statuses[month].fired_in == month
    }


def _expanded(closed: ClosedMonth, share: Fraction) -> ClosedMonth:
    retention = closed.retention
    if not retention.accounts_retained:  # nobody is left who could bring more
        return closed
    # Rounded up: what may still come must not be too little.
    more = ceil(share * retention.opening)
    return replace(closed, retention=replace(retention, expansion=retention.expansion + more))
