"""One month of scopes, as alert rules judge it: its windows, its losses, and whether it moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Self

from metrics.alerts.rules import AlertRule, Window
from metrics.alerts.series import ClosedMonth
from metrics.period_grammar import shift_months
from metrics.retention import NOTHING, OutsideCohort, Retention
from metrics.rollup import Scope
from storage.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The subjects of rules by scope: their windows, and the least share an account may cost."""

    windows: Mapping[Scope, set[Window]]
    least_costs: Mapping[Scope, Fraction]

    @classmethod
    def of(cls, rules: Iterable[AlertRule]) -> Self:
        """Gather what the rules of each scope judge."""
        windows: dict[Scope, set[Window]] = {}
        least_costs: dict[Scope, Fraction] = {}
        for rule in rules:
            windows.setdefault(rule.scope, set()).add(rule.window)
            if rule.account_loss is not None:
                known = least_costs.get(rule.scope, rule.account_loss)
                least_costs[rule.scope] = min(known, rule.account_loss)
        return cls(windows=windows, least_costs=least_costs)


def read_month(
    ledger: Ledger, month: date, end: date, wanted: Wanted, *, first: date
) -> Mapping[Scope, ClosedMonth]:
    """Read what rules judge of a month that is measured before ``end``, by scope.

    ``first`` is the first month of the ledger: no window before it has a base.
    """
    retentions = {scope: retention_of(ledger, month, end, scope) for scope in wanted.windows}
    least = {
        scope: cost * retentions[scope].opening
        for scope, cost in wanted.least_costs.items()
        if _lost(retentions[scope]) >= cost * retentions[scope].opening > 0
    }
    losses = ledger.losses(month, end, least) if least else {}
    return {
        scope: ClosedMonth(
            retention=retention,
            **{
                window.name.lower(): _over(ledger, window, end, scope, first=first)
                for window in wanted.windows[scope]
                if window is not Window.MONTH and window.ends_with(month)
            },
            losses=losses.get(scope, ()),
            has_movements=_has_movements(ledger, month, end, scope, retention),
        )
        for scope, retention in retentions.items()
    }


def retention_of(ledger: Ledger, start: date, end: date, scope: Scope) -> Retention:
    """Read the retention of a scope, together with its like where that is one read."""
    match scope:
        case ((dimension, value),):
            # One read for all values of a dimension, which the ledger remembers.
            return ledger.by(dimension, start, end).get(value, NOTHING)
        case _:
            return ledger.retention(start, end, scope)


def _over(
    ledger: Ledger, window: Window, end: date, scope: Scope, *, first: date
) -> Retention | None:
    start = shift_months(end, -window.months)
    # Before the month after the first movement nothing was open: that needs no reading.
    return retention_of(ledger, start, end, scope) if start > first else None


def _lost(retention: Retention) -> int:
    return retention.contraction + retention.churn


def _has_movements(
    ledger: Ledger, month: date, end: date, scope: Scope, retention: Retention
) -> bool:
    if retention.expansion or _lost(retention):
        return True
    if ledger.outside_cohort(month, end, scope) != OutsideCohort():
        return True
    # What is undone within the month is a movement, too: it is looked up only where the two ends
    # show nothing, and where there is a base to be judged.
    return bool(retention.opening and ledger.activity(month, end, scope).by_kind)
