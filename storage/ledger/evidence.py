"""Evidence of a period's figures, some at a time: its accounts, balances, rates and rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from metrics.period_columns import UnitOutcome
from metrics.rates import MissingRateError
from metrics.rollup import Attributes, Scope
from storage.columns.arrays import NONE
from storage.columns.codec import Whole
from storage.columns.period import Bridge
from storage.columns.standings import Standings
from storage.ledger.evidence_rows import MovementEvidence, RowsOfPeriod
from storage.ledger.labels import LedgerLabels, ids_of
from storage.store.statements import SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvidence:
    """A topmost account that pays at either end of a period, in minor units.

    ``attributes`` are those that it counts under.
    """

    account_id: str
    name: str | None
    attributes: Attributes
    opening: int
    closing: int
    outcome: UnitOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceEvidence:
    """MRR of one account in one product and currency on a day, in minor units.

    ``counts_under`` is the topmost account; ``worth`` is the amount in the currency of the figures,
    at the exchange rates of the period's first day.
    """

    account_id: str
    counts_under: str
    product: str | None
    currency: str
    amount: int
    worth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateEvidence:
    """Minor units of ``target`` for one of ``currency``, as they are on a day."""

    day: date
    currency: str
    target: str
    factor: Fraction


class PeriodEvidence:
    """All that stands behind the figures of a scope in one period.

    Parameters
    ----------
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    """

    def __init__(
        self,
        session: Session,
        period: Bridge,
        standings: Standings,
        labels: LedgerLabels,
        *,
        scope: Scope = (),
        as_of: datetime | None = None,
    ) -> None:
        self._session, self._period, self._standings = session, period, standings
        self._labels, self._scope, self._as_of = labels, scope, as_of

    def accounts(self) -> Iterator[AccountEvidence]:
        """Yield the topmost accounts that pay at either end, in the order of their numbers."""
        period, outcomes = self._period, self._period.ends.outcomes()
        pays = (period.opening != 0) | (period.closing != 0)
        for units in _parts(np.flatnonzero(pays & self._inside)):
            columns = (period.opening, period.closing, outcomes, self._sets)
            cells = zip(*(one[units].tolist() for one in columns), strict=True)
            names = self._labels.names(units.tolist())
            for name, (opening, closing, outcome, place) in zip(names, cells, strict=True):
                yield AccountEvidence(
                    account_id=name.account_id,
                    name=name.name,
                    attributes=period.table[place],
                    opening=opening,
                    closing=closing,
                    outcome=UnitOutcome(outcome),
                )

    def balances(self, day: date) -> Iterator[BalanceEvidence]:
        """Yield what each account pays on a day, by product and currency, where it pays any."""
        positions, amounts = self._standings.source.positions(), self._standings.amounts(day)
        worth, units = self._period.worth(amounts), self._period.units(positions.account)
        products, codes = self._labels.products(), self._labels.currencies()
        for rows in _parts(np.flatnonzero((amounts != 0) & self._inside[units])):
            columns = (positions.product, positions.currency, amounts, worth)
            cells = zip(*(one[rows].tolist() for one in columns), strict=True)
            owners = ids_of(self._labels, positions.account[rows])
            named = zip(owners, ids_of(self._labels, units[rows]), strict=True)
            for (own, unit), (product, code, amount, worth_) in zip(named, cells, strict=True):
                yield BalanceEvidence(
                    account_id=own,
                    counts_under=unit,
                    product=None if product == NONE else products[product],
                    currency=codes[code],
                    amount=amount,
                    worth=worth_,
                )

    def movements(self) -> Iterator[MovementEvidence]:
        """Yield every row of the period, with those that were taken back, in the ledger's order."""
        rows = RowsOfPeriod(self._session, self._labels, as_of=self._as_of)
        start, end = self._period.start, self._period.end
        return rows.between(start, end, unit_of=self._unit_inside)

    def rates(self) -> Iterator[RateEvidence]:
        """Yield the exchange rates of the two ends; none where no amount is converted.

        The figures are at those of the first; the others tell what the currencies did meanwhile.
        """
        exchange = self._period.exchange
        if exchange is None:
            return
        for day in (self._period.start, self._period.end):
            rates = exchange.rates.on(day)
            for code in sorted({*exchange.codes} - {exchange.target}):
                try:
                    factor = rates.factor(code, exchange.target)
                except MissingRateError:
                    continue  # of a currency that nothing was in by then
                yield RateEvidence(day=day, currency=code, target=exchange.target, factor=factor)

    def _unit_inside(self, accounts: Sequence[int]) -> list[int | None]:
        """Find the topmost account of each; None for one that is outside the scope."""
        units = self._period.units(np.array(accounts, np.int64))
        inside = self._inside[units]
        return [
            unit if is_inside else None
            for unit, is_inside in zip(units.tolist(), inside.tolist(), strict=True)
        ]

    @cached_property
    def _sets(self) -> Whole:
        return self._period.counted_sets

    @cached_property
    def _inside(self) -> NDArray[np.bool_]:
        """Whether each topmost account is in the scope."""
        if not self._scope:
            return np.ones(self._period.opening.size, np.bool_)
        inside: NDArray[np.bool_] = self._period.table.inside(self._scope)[self._sets]
        return inside


def _parts(rows: Whole) -> Iterator[Whole]:
    for first in range(0, rows.size, SIZE):
        yield rows[first : first + SIZE]
