"""The closed months of one scope, as alert rules read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.alerts.rules import AlertRule, Metric
from metrics.period_grammar import shift_months
from metrics.retention import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLoss:
    """MRR that one account took out of a month, in minor units above zero."""

    account: str
    lost_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonth:
    """One closed month of a scope, and the account that cost it most, if any cost something."""

    retention: Retention
    costliest: AccountLoss | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """All closed months of one scope by their first day; none is later than ``closed_through``.

    A month between the first one and ``closed_through`` that is not there is missing data.
    """

    months: Mapping[date, ClosedMonth]
    closed_through: date

    def calendar(self) -> tuple[date, ...]:
        """Return every month from the first known one on, the missing ones included."""
        last = self.closed_through
        first = min((last, *self.months))
        count = (last.year - first.year) * 12 + last.month - first.month + 1
        return tuple(shift_months(first, place) for place in range(count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A month that is large enough to be judged, as exact ratios."""

    nrr: Fraction
    grr: Fraction
    costliest: AccountLoss | None
    account_cost: Fraction

    def of(self, metric: Metric) -> Fraction:
        """Return the ratio that a rule watches."""
        match metric:  # without a default, so that mypy finds a metric that is added
            case Metric.NRR:
                return self.nrr
            case Metric.GRR:
                return self.grr


def points(rule: AlertRule, series: Series) -> dict[date, Point]:
    """Return the months that a rule may judge; those with too few accounts are left out."""
    found = ((month, _point(rule, closed)) for month, closed in series.months.items())
    return {month: point for month, point in found if point is not None}


def _point(rule: AlertRule, closed: ClosedMonth) -> Point | None:
    retention, costliest = closed.retention, closed.costliest
    nrr, grr = retention.nrr, retention.grr
    is_small = (
        retention.accounts_opening < rule.min_accounts or retention.opening < rule.min_opening_minor
    )
    if is_small or nrr is None or grr is None:
        return None
    # NRR is None where nothing was open, so that opening MRR is above zero from here on.
    cost = Fraction(costliest.lost_minor, retention.opening) if costliest else Fraction()
    return Point(nrr=nrr, grr=grr, costliest=costliest, account_cost=cost)
