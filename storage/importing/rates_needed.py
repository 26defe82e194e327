"""Exchange rates that the new rows of an import need, and that the ledger does not have."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session

from metrics.days import day_in_full
from metrics.rates import MissingRateError
from storage.columns.exchange import read_rates
from storage.columns.labels import read_currency
from storage.importing.movements import FileMovements
from storage.store.column_types import day_of


@dataclass(frozen=True, slots=True)
class RatesNeeded:
    """The days of the first new amounts by their currency, in the order in which those come."""

    first: dict[str, int] = field(default_factory=dict)

    def add(self, movements: FileMovements) -> None:
        """Take note of new rows of one group, movements or usage."""
        for number, code in enumerate(movements.texts.currency.names):
            days = movements.day[movements.currency == number]
            if days.size:
                self.first[code] = min(int(days.min()), self.first.get(code, int(days[0])))

    def missing(self, session: Session, *, reporting: str | None) -> Iterator[str]:
        """Say which rates the answers of the months need in which those amounts begin.

        Parameters
        ----------
        reporting : str or None
            The currency that answers are in; None for that of the ledger's first movement.
        """
        target = reporting or read_currency(session) or next(iter(self.first), "")
        if {*self.first} <= {target}:
            return
        rates, days = read_rates(session, {target, *self.first}), dict[str, date]()
        for code, first in self.first.items():
            try:
                rates.on(day_of(first).replace(day=1)).factor(code, target)
            except MissingRateError as error:
                days |= {
                    one: min(error.day, days.get(one, error.day))
                    for one in sorted(error.currencies)
                }
        if days:
            needed = ", ".join(f"{code} by {day_in_full(day)}" for code, day in days.items())
            yield (
                f"Answers in {target} need exchange rates for {needed}: import them with"
                " `nrrbot import rates FILE`."
            )
