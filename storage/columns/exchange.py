"""Amounts of positions in one currency, at the exchange rates of one day each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.conversion import convert
from metrics.rates import DayRates, MissingRateError, Quote, RateHistory
from storage.columns.codec import Whole
from storage.store.column_types import day_of, moment_number
from storage.tables.rates import ExchangeRate

Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Converts amounts into one currency.

    Parameters
    ----------
    target : str
        That currency.
    codes : sequence of str
        The currencies of the ledger by their numbers.
    """

    target: str
    codes: Sequence[str]
    rates: RateHistory

    def converted(self, amounts: Whole, currency: Whole, day: date) -> Whole:
        """Convert amounts in minor units, each rounded half even.

        Parameters
        ----------
        currency : array of whole numbers
            That of each amount.

        Raises
        ------
        MissingRateError
            If currencies with an amount have no rate by then.
        """
        self.require(amounts != 0, currency, day)
        return self.converted_where_known(amounts, currency, day)

    def converted_where_known(self, amounts: Whole, currency: Whole, day: date) -> Whole:
        """Convert amounts as `converted` does; one whose currency has no rate by then to 0."""
        found, rates = np.zeros(amounts.size, np.int64), self.rates.on(day)
        for number in _used(amounts != 0, currency):
            own = np.flatnonzero(currency == number)
            factor = self._factor(self.codes[number], rates) or Fraction()
            found[own] = convert(amounts[own], factor)
        return found

    def require(self, is_used: Truth, currency: Whole, day: date) -> None:
        """Make sure that the currencies of the amounts that are used have a rate by a day.

        Raises
        ------
        MissingRateError
            If some have none: it names all of them.
        """
        rates, codes = self.rates.on(day), (self.codes[one] for one in _used(is_used, currency))
        if lacking := frozenset().union(*(rates.lacking(code, self.target) for code in codes)):
            raise MissingRateError(lacking, day)

    def has_rate(self, currency: Whole, day: date) -> Truth:
        """Tell of each number of a currency whether amounts in it can be converted on a day."""
        rates = self.rates.on(day)
        known = [self._factor(code, rates) is not None for code in self.codes]
        found: Truth = np.array(known, np.bool_)[currency]
        return found

    def _factor(self, code: str, rates: DayRates) -> Fraction | None:
        return None if rates.lacking(code, self.target) else rates.factor(code, self.target)


def _used(is_used: Truth, currency: Whole) -> list[int]:
    numbers: list[int] = np.flatnonzero(np.bincount(currency[is_used])).tolist()
    return numbers


def read_exchange(
    session: Session, target: str, codes: Sequence[str], *, as_of: datetime | None = None
) -> Exchange | None:
    """Read what converts the currencies of a ledger; None where there is no other than the target.

    Parameters
    ----------
    codes : sequence of str
        The currencies of the ledger by their numbers.
    as_of : datetime, optional
        Only rates that were recorded by then.
    """
    used = {target, *codes}
    if used == {target}:
        return None
    return Exchange(target, codes, read_rates(session, used, as_of=as_of))


def read_rates(
    session: Session, currencies: Collection[str], *, as_of: datetime | None = None
) -> RateHistory:
    """Read the exchange rates of some currencies."""
    table = ExchangeRate
    columns = (table.day, table.currency, table.rate)
    statement = (
        select(*map(col, columns))
        .where(col(table.currency).in_(sorted(currencies)))
        .order_by(col(table.recorded), col(table.id))
    )
    if as_of is not None:
        statement = statement.where(col(table.recorded) <= moment_number(as_of))
    base = session.scalar(select(col(table.base)).limit(1))
    last = {(day, currency): rate for day, currency, rate in session.execute(statement)}
    quotes = (
        Quote(day_of(day), currency, Fraction(rate))
        for (day, currency), rate in last.items()
        if rate  # an empty one takes back what was said of that day
    )
    return RateHistory(base, quotes)
