"""The months of scopes, as alert rules read them: the closed ones, and those that are in."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

from metrics.alerts.rules import AlertRule
from metrics.alerts.series import ClosedMonth, Series
from metrics.open_bases import OpenBase
from metrics.period_grammar import months_from, shift_months
from metrics.rollup import Scope
from storage.alerts.months import Wanted, read_month, retention_of
from storage.ledger.ledger import Ledger

REST_MONTHS = 3  # whose ends say what a month that has only begun may still bring


def read_series(ledger: Ledger, rules: Iterable[AlertRule]) -> Mapping[Scope, Series]:
    """Return the closed months of each rule's scope, from the first in which it had opening MRR.

    Parameters
    ----------
    rules : iterable of AlertRule
        Only the windows that one of them judges are read, and accounts are looked up only where a
        scope lost as much as one account may cost.

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
    read together, and a running bot remembers those that no import has touched.
    """
    if (known := _known(ledger)) is None:
        return {}
    first, closed_through = known
    wanted = Wanted.of(rules)
    months: dict[Scope, dict[date, ClosedMonth]] = {scope: {} for scope in wanted.windows}
    read = [*months_from(first, closed_through)]
    ledger.read_ahead([(month, shift_months(month, 1)) for month in read])
    for month in read:
        end = shift_months(month, 1)
        for scope, closed in read_month(ledger, month, end, wanted, first=first).items():
            if months[scope] or closed.retention.opening:  # before the first account is no data
                months[scope][month] = closed
    last = shift_months(closed_through, -1)  # it is the first day after the last closed month
    return {scope: Series(months=found, closed_through=last) for scope, found in months.items()}


def read_bases(
    ledger: Ledger, scopes: Collection[Scope], *, since: date
) -> Mapping[Scope, Mapping[date, OpenBase]]:
    """Read the opening bases of scopes in the closed months from one on; none of an empty ledger.

    Raises
    ------
    ReconciliationError
        If the figures of a month do not add up.
    """
    if (known := _known(ledger)) is None:
        return {}
    first, closed_through = known
    return ledger.open_bases([*months_from(max(first, since), closed_through)], scopes)


def read_unclosed(
    ledger: Ledger, rules: Iterable[AlertRule], *, today: date
) -> Mapping[Scope, Mapping[date, ClosedMonth]]:
    """Return the months after the last closed one, as far as the data reaches into them.

    The last of them may have begun only: it is measured up to the first day without data. A month
    in which nothing moved in a scope is left out.

    Raises
    ------
    ReconciliationError
        If the figures of a month do not add up.
    """
    if (known := _known(ledger)) is None:
        return {}
    first, closed_through = known
    through = ledger.data_end(today).through
    wanted = Wanted.of(rules)
    months: dict[Scope, dict[date, ClosedMonth]] = {scope: {} for scope in wanted.windows}
    for month in months_from(closed_through, through):
        end = min(shift_months(month, 1), through)
        for scope, found in read_month(ledger, month, end, wanted, first=first).items():
            if found.has_movements:
                months[scope][month] = found
    return months


def usual_rest(ledger: Ledger, scope: Scope, month: date, *, today: date) -> Fraction:
    """Estimate what usually still comes in a month after the day on which its data ends.

    It is the share of opening MRR by which the base expanded after that day, in the median of the
    three months before; zero for a month that is in whole.
    """
    end, through = shift_months(month, 1), ledger.data_end(today).through
    if through >= end:
        return Fraction()
    days = through - month
    before = (shift_months(month, -back) for back in range(1, REST_MONTHS + 1))
    return median(_expanded_after(ledger, one, days, scope) for one in before)


def _expanded_after(ledger: Ledger, month: date, days: timedelta, scope: Scope) -> Fraction:
    end = shift_months(month, 1)
    whole = retention_of(ledger, month, end, scope)
    begun = retention_of(ledger, month, min(month + days, end), scope)
    after = max(whole.expansion - begun.expansion, 0)
    return whole.share_of_opening(after) or Fraction()


def _known(ledger: Ledger) -> tuple[date, date] | None:
    """Find the first month with a movement, and the first day behind the last closed one."""
    closed_through, first = ledger.state().closed_through, ledger.first_month()
    return None if closed_through is None or first is None else (first, closed_through)
