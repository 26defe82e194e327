"""The closed months of one scope, as alert rules read them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.alerts.rules import AlertRule, Metric, Window
from metrics.period_grammar import shift_months
from metrics.retention import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLoss:
    """MRR that one account took out of a month, in minor units above zero, and what it opened with.

    An account that left lost all of ``opening_minor``.
    """

    account: str
    lost_minor: int
    opening_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonth:
    """One closed month of a scope, and the accounts that cost it most.

    ``quarter`` and ``year`` are the three and the twelve months that end with it, each with the
    base that was open when they began: None where no rule asked for them, or there was none.
    """

    retention: Retention
    quarter: Retention | None = None  # in the last month of a calendar quarter only
    year: Retention | None = None
    losses: tuple[AccountLoss, ...] = ()  # as large as a rule asks about, the costliest first
    has_movements: bool = True  # any at all in the scope: nothing recovers without one

    def over(self, window: Window) -> Retention | None:
        """Return the retention of the period that a rule judges in this month."""
        match window:
            case Window.MONTH:
                return self.retention
            case Window.QUARTER:
                return self.quarter
            case Window.YEAR:
                return self.year


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
    """A month, or what ends with it, that is large enough to be judged, as exact ratios."""

    nrr: Fraction
    grr: Fraction
    closed: ClosedMonth
    has_movements: bool  # in a quarter, those of any of its months

    def of(self, metric: Metric) -> Fraction:
        """Return the ratio that a rule watches."""
        match metric:  # without a default, so that mypy finds a metric that is added
            case Metric.NRR:
                return self.nrr
            case Metric.GRR:
                return self.grr


def points(rule: AlertRule, series: Series) -> dict[date, Point]:
    """Return the months that a rule may judge; those with too few accounts are left out."""
    judged = filter(rule.window.ends_with, series.months)
    found = ((month, _point(rule, month, series)) for month in judged)
    return {month: point for month, point in found if point is not None}


def _point(rule: AlertRule, month: date, series: Series) -> Point | None:
    closed = series.months[month]
    retention = closed.over(rule.window)
    if retention is None or retention.nrr is None or retention.grr is None:
        return None
    is_small = (
        retention.accounts_opening < rule.min_accounts or retention.opening < rule.min_opening_minor
    )
    if is_small:
        return None
    return Point(
        nrr=retention.nrr,
        grr=retention.grr,
        closed=closed,
        has_movements=any(one.has_movements for one in _months_judged(rule, month, series)),
    )


def _months_judged(rule: AlertRule, month: date, series: Series) -> Iterator[ClosedMonth]:
    # Twelve months together move by the last of them: the others were judged before.
    months = (shift_months(month, -back) for back in range(rule.window.apart))
    return (series.months[one] for one in months if one in series.months)
