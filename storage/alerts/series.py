"""The closed months of scopes, as alert rules read them."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from metrics.alerts.series import AccountLoss, ClosedMonth, Series
from metrics.period_grammar import shift_months
from metrics.retention import NOTHING, Retention
from metrics.rollup import Scope
from storage.ledger.ledger import Ledger


def read_series(
    ledger: Ledger, scopes: Iterable[Scope], *, least_cost: Fraction | None = None
) -> Mapping[Scope, Series]:
    """Return the closed months of each scope, from the first in which it had opening MRR.

    Parameters
    ----------
    least_cost : Fraction, optional
        The least share of opening MRR that one account may cost to be of interest. Accounts are
        looked up only where a scope lost that much; never when left out.

    Returns
    -------
    mapping of scope to Series
        Empty where no month is closed yet. A scope that never had opening MRR has no months.

    Raises
    ------
    ReconciliationError
        If the figures of a month do not add up.

    Notes
    -----
    Every month is read, because a drop may have begun in any: a month's figures are kept windows,
    one small read each, and a running bot remembers those that no import has touched.
    """
    closed_through = ledger.state().closed_through
    first = ledger.first_month()
    if closed_through is None or first is None:
        return {}
    last = shift_months(closed_through, -1)  # it is the first day after the last closed month
    months: dict[Scope, dict[date, ClosedMonth]] = {scope: {} for scope in scopes}
    for month in _months(first, last):
        for scope, found in months.items():
            closed = _closed(ledger, month, scope, least_cost)
            if found or closed.retention.opening:  # months before the first account are no data
                found[month] = closed
    return {scope: Series(months=found, closed_through=last) for scope, found in months.items()}


def _months(first: date, last: date) -> Iterable[date]:
    month = first
    while month <= last:
        yield month
        month = shift_months(month, 1)


def _closed(ledger: Ledger, month: date, scope: Scope, least_cost: Fraction | None) -> ClosedMonth:
    retention = _retention(ledger, month, scope)
    loss = None if least_cost is None else _loss(ledger, month, scope, retention, least_cost)
    return ClosedMonth(retention=retention, costliest=loss)


def _retention(ledger: Ledger, month: date, scope: Scope) -> Retention:
    end = shift_months(month, 1)
    match scope:
        case ((dimension, value),):
            # One read for all values of a dimension, which the ledger remembers.
            return ledger.by(dimension, month, end).get(value, NOTHING)
        case _:
            return ledger.retention(month, end, scope)


def _loss(
    ledger: Ledger, month: date, scope: Scope, retention: Retention, least_cost: Fraction
) -> AccountLoss | None:
    lost = retention.share_of_opening(retention.contraction + retention.churn)
    if lost is None or lost < least_cost:  # then no one account can have cost as much
        return None
    return ledger.costliest(month, shift_months(month, 1), scope)
