"""Closed months with the ratios that a test asks for, and evaluations of them one by one."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import lcm

from metrics.alerts.evaluation import evaluate
from metrics.alerts.rules import AlertRule
from metrics.alerts.series import AccountLoss, ClosedMonth, Series
from metrics.alerts.states import AlertState, Transition
from metrics.period_grammar import shift_months
from tests.metrics.retentions import retention_of

FIRST = date(2025, 1, 1)
STEADY = ("102",) * 8
"""As many months as a baseline needs, all at 102 %."""

Percent = str | ClosedMonth | None


def ratio(percent: str) -> Fraction:
    return Fraction(percent) / 100


def closed(
    nrr: str,
    *,
    grr: str | None = None,
    accounts: int = 50,
    cost: str = "0",
    account: str = "acme",
    share: str = "10",
    has_movements: bool = True,
) -> ClosedMonth:
    """A month of so many percent, in which one account with a share of the base cost some points.

    What ends with it, a quarter or twelve months, has the same ratios.
    """
    net = ratio(nrr)
    gross = ratio(grr) if grr is not None else min(net, ratio("98"))
    parts = (net, gross, ratio(cost), ratio(share))
    opening = 1_000 * lcm(*(one.denominator for one in parts))
    gained, cut = int(opening * (net - gross)), int(opening * (1 - gross))
    retention = retention_of(opening, accounts=accounts, expansion=gained, contraction=cut)
    lost = int(opening * ratio(cost))
    loss = AccountLoss(account=account, lost_minor=lost, opening_minor=int(opening * ratio(share)))
    return ClosedMonth(
        retention=retention,
        quarter=retention,
        year=retention,
        losses=(loss,) if lost else (),
        has_movements=has_movements,
    )


def equal_accounts(count: int, *, gone: int, growth: str = "100") -> ClosedMonth:
    """So many equal accounts, of which some leave and the others grow alike."""
    each, grown = 100_000, int(100_000 * ratio(growth))
    change = {"expansion" if grown > each else "contraction": (count - gone) * abs(grown - each)}
    retention = retention_of(count * each, accounts=count, left=gone, churn=gone * each, **change)
    loss = AccountLoss(account="a", lost_minor=each, opening_minor=each)
    return ClosedMonth(retention=retention, year=retention, losses=(loss,) * gone)


def month(place: int) -> date:
    return shift_months(FIRST, place)


def series(months: Sequence[Percent]) -> Series:
    """Months from `FIRST` on: a percentage, a whole month, or None for one that is missing."""
    found = {
        month(place): closed(one) if isinstance(one, str) else one
        for place, one in enumerate(months)
        if one is not None
    }
    return Series(months=found, closed_through=month(len(months) - 1))


def day_of(months: int) -> date:
    """The day on which so many months are closed and imported."""
    return month(months) + timedelta(days=2)


def evaluated(
    rule: AlertRule,
    months: Sequence[Percent],
    state: AlertState | None = None,
    *,
    version: int | None = None,
    today: date | None = None,
) -> tuple[AlertState, tuple[Transition, ...]]:
    """Evaluate some months as one import brings them."""
    return evaluate(
        rule,
        series(months),
        state or AlertState(),
        data_version=version or len(months),
        today=today or day_of(len(months)),
    )


def month_by_month(
    rule: AlertRule, steady: Sequence[Percent], tail: Sequence[Percent]
) -> tuple[AlertState, list[tuple[Transition, ...]]]:
    """Import a steady history at once, then each month of the tail; return what each changed."""
    state, _ = evaluated(rule, steady)
    changes = []
    for count in range(1, len(tail) + 1):
        state, transitions = evaluated(rule, [*steady, *tail[:count]], state)
        changes.append(transitions)
    return state, changes
