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
            If a currency with an amount has no rate by then.
        """
        return self._converted(amounts, currency, day, where_known=False)

    def converted_where_known(self, amounts: Whole, currency: Whole, day: date) -> Whole:
        """Convert amounts as `converted` does; one whose currency has no rate by then to 0."""
        return self._converted(amounts, currency, day, where_known=True)

    def has_rate(self, currency: Whole, day: date) -> Truth:
        """Tell of each number of a currency whether amounts in it can be converted on a day."""
        rates = self.rates.on(day)
        known = [self._factor(code, rates) is not None for code in self.codes]
        found: Truth = np.array(known, np.bool_)[currency]
        return found

    def _factor(self, code: str, rates: DayRates) -> Fraction | None:
        try:
            return rates.factor(code, self.target)
        except MissingRateError:
            return None

    def _converted(self, amounts: Whole, currency: Whole, day: date, *, where_known: bool) -> Whole:
        found, rates = np.zeros(amounts.size, np.int64), self.rates.on(day)
        for number in np.unique(currency[amounts != 0]).tolist():
            own = np.flatnonzero(currency == number)
            try:
                factor = rates.factor(self.codes[number], self.target)
            except MissingRateError:
                if not where_known:
                    raise
                factor = Fraction(0)
            found[own] = convert(amounts[own], factor)
        return found


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
