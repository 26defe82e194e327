"""Backtests: what a rule would have said of all closed months, before anybody sets it up."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.alerts.rules import AlertRule
from metrics.alerts.series import Series
from metrics.alerts.statuses import Health, Phase, month_statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest ratio of a backtest, of the period that ends with ``month``.

    ``would_fire`` says whether the rule would fire at once.
    """

    month: date | None = None
    value: Fraction | None = None
    would_fire: bool = False
    health: Health = Health.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """A rule over all closed months, or over all quarters for a quarterly one.

    ``periods`` counts those that could be held against something, ``breached`` those of them that
    broke the rule, and ``alerts`` how often it would have begun to fire.
    """

    periods: int = 0
    breached: int = 0
    alerts: int = 0
    first: date | None = None  # the first month that breached; a quarter's is its last
    last: date | None = None
    newest: Newest = Newest()


def backtest(rule: AlertRule, series: Series) -> Backtest:
    """Find out what a rule would have said of each closed month of its scope.

    Examples
    --------
    >>> from metrics.alerts.rules import FLOOR
    >>> backtest(FLOOR, Series(months={}, closed_through=date(2026, 10, 1))).periods
    0
    """
    statuses = month_statuses(rule, series)
    judged = {
        month: status.verdict.is_breach
        for month, status in statuses.items()
        # A drop has no threshold before it has a baseline.
        if status.month == month and status.verdict and status.verdict.threshold is not None
    }
    breached = [month for month, is_breach in judged.items() if is_breach]
    latest = statuses[series.closed_through]
    return Backtest(
        periods=len(judged),
        breached=len(breached),
        alerts=sum(statuses[month].fired_in == month for month in judged),
        first=breached[0] if breached else None,
        last=breached[-1] if breached else None,
        newest=Newest(
            month=latest.month,
            value=latest.verdict.value if latest.verdict else None,
            would_fire=latest.phase is Phase.FIRING and latest.health is Health.OK,
            health=latest.health,
        ),
    )
