"""Retention between two days, account by account."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction

from tests.reference.oracle.ledger import Ledger, Scope

COMPANY: Scope = {}


@dataclass(frozen=True)
class Figures:
    """The parts of one period in minor units, and the counts of its cohort."""

    accounts_opening: int = 0
    accounts_retained: int = 0
    opening: int = 0
    expansion: int = 0
    contraction: int = 0
    churn: int = 0
    new: int = 0
    returning: int = 0
    resumed: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        names = [field.name for field in fields(self)]
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def closing(self) -> int:
        return self.opening + self.expansion - self.contraction - self.churn

    @property
    def nrr(self) -> Fraction | None:
        return Fraction(self.closing, self.opening) if self.opening else None

    @property
    def grr(self) -> Fraction | None:
        kept = self.opening - self.contraction - self.churn
        return Fraction(kept, self.opening) if self.opening else None

    @property
    def logo_retention(self) -> Fraction | None:
        if not self.accounts_opening:
            return None
        return Fraction(self.accounts_retained, self.accounts_opening)


_NONE = Figures()


def measure(ledger: Ledger, start: date, end: date, scope: Scope = COMPANY) -> Figures:
    """Return the figures of a scope over ``[start, end)``; the company's bridge must close."""
    total = Figures()
    for account in ledger.accounts():
        part = _account(ledger, account, start, end, scope)
        total = total if part is _NONE else total + part
    if not scope:
        everything = sum(ledger.balance(account, end) for account in ledger.accounts())
        assert total.closing + total.new + total.returning + total.resumed == everything
    return total


def measure_by(ledger: Ledger, start: date, end: date, dimension: str) -> dict[str, Figures]:
    """Return the figures of each value of a dimension that had opening MRR."""
    values = {ledger.value(account, dimension, start) for account in ledger.accounts()}
    found = {value: measure(ledger, start, end, {dimension: value}) for value in values}
    return {value: figures for value, figures in found.items() if figures.opening}


def _account(ledger: Ledger, account: str, start: date, end: date, scope: Scope) -> Figures:
    before, after = ledger.balance(account, start), ledger.balance(account, end)
    if before == 0:  # it had no opening, so that it counts where it is at the close
        return _outside(ledger, account, start, end) if ledger.is_in(scope, account, end) else _NONE
    if not ledger.is_in(scope, account, start):
        return _NONE
    is_kept = after > 0 or ledger.is_paused(account, end)
    lost = max(0, before - after)
    return Figures(
        accounts_opening=1,
        accounts_retained=int(is_kept),
        opening=before,
        expansion=max(0, after - before),
        contraction=lost if is_kept else 0,
        churn=0 if is_kept else lost,
    )


def _outside(ledger: Ledger, account: str, start: date, end: date) -> Figures:
    after = ledger.balance(account, end)
    if not ledger.has_paid_before(account, start):
        return Figures(new=after)
    if ledger.is_resumed(account, start):
        return Figures(resumed=after)
    return Figures(returning=after)


def losses(ledger: Ledger, start: date, end: date, scope: Scope) -> list[tuple[int, int]]:
    """Return what each account has lost and what it opened with, the costliest first."""
    found = [
        (before - ledger.balance(account, end), before)
        for account in ledger.accounts()
        if (before := ledger.balance(account, start)) and ledger.is_in(scope, account, start)
    ]
    return sorted(((lost, before) for lost, before in found if lost > 0), reverse=True)


def has_movements(ledger: Ledger, start: date, end: date, scope: Scope) -> bool:
    """Tell whether an account that opens or closes in a scope has a movement in a period."""
    return any(
        start <= row.day < end
        and (ledger.is_in(scope, row.account, start) or ledger.is_in(scope, row.account, end))
        for row in ledger.rows
    )


def median(values: Iterable[Fraction]) -> Fraction:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return (ordered[middle] + ordered[-middle - 1]) / 2
