"""Exchange rates that an import brings, if they are new, and those that answers will need."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from metrics.days import day_in_full
from metrics.rates import MissingRateError
from storage.columns.exchange import read_rates
from storage.columns.labels import read_currency
from storage.importing.batch import NewRate
from storage.importing.movements import FileMovements
from storage.importing.report import ExampleRate, RowFinding
from storage.store.column_types import day_of
from storage.store.numbering import next_id
from storage.store.statements import bulk_insert
from storage.tables.ledger import ImportRun
from storage.tables.rates import ExchangeRate

_Slot = tuple[str, int]
"""Currency and day."""
_COLUMNS = ("id", "day", "base", "currency", "rate", "recorded", "import_id", "source_row")


@dataclass(frozen=True, slots=True)
class NewRates:
    """Rates that the ledger does not hold, and what is wrong with the file."""

    rates: Sequence[NewRate] = ()
    findings: Sequence[RowFinding] = ()

    @property
    def lines(self) -> int:
        """Number of the file's lines that say something new."""
        return len({rate.line for rate in self.rates})


def find_new_rates(session: Session, rates: Sequence[NewRate]) -> NewRates:
    """Leave out the rates that are what the ledger holds of their day already.

    A rate is compared with the last one that was recorded by its own moment; where a reversal has
    the last word, it may be said again, and is recorded no earlier than that.
    """
    if not rates:
        return NewRates()
    held = session.scalar(select(col(ExchangeRate.base)).limit(1))
    if held not in (None, rates[0].base):
        said = f"the rates are against {rates[0].base}, those of the ledger against {held}"
        return NewRates(findings=[RowFinding(rates[0].line, f"{said}: state them against that")])
    known, reversed_at = _held(session, {rate.currency for rate in rates})
    fresh = []
    for rate in sorted(rates, key=lambda rate: (rate.recorded, rate.line)):
        slot = rate.currency, rate.day
        stated, moment = known[slot], max(rate.recorded, reversed_at.get(slot, 0))
        by_then = [one for recorded, one in stated if recorded <= moment]
        if by_then[-1:] != [rate.rate]:
            fresh.append(rate._replace(recorded=moment))
            stated.append((moment, rate.rate))
            stated.sort(key=lambda one: one[0])
    return NewRates(fresh)


def store_rates(session: Session, rates: Sequence[NewRate], run: ImportRun) -> int:
    """Insert new rates, in the order in which they were recorded; return their first day."""
    first = next_id(session, ExchangeRate)
    rows = (
        (number, rate.day, rate.base, rate.currency, rate.rate, rate.recorded, run.id, rate.line)
        for number, rate in enumerate(rates, start=first)
    )
    bulk_insert(session, ExchangeRate, _COLUMNS, rows)
    return min(rate.day for rate in rates)


def newest_rate(rates: Sequence[NewRate]) -> ExampleRate | None:
    """Find the rate of the last day, of several the first in the file; None without any."""
    newest = max(rates, key=lambda rate: rate.day, default=None)
    if newest is None:
        return None
    return ExampleRate(day_of(newest.day), newest.base, newest.currency, newest.rate)


def _held(
    session: Session, currencies: set[str]
) -> tuple[defaultdict[_Slot, list[tuple[int, str]]], dict[_Slot, int]]:
    """Read what is stated of each day, with its moment, and when reversals had the last word."""
    table = ExchangeRate
    statement = (
        select(*map(col, (table.currency, table.day, table.recorded, table.rate)))
        .add_columns(col(ImportRun.reverses))
        .join(ImportRun, col(ImportRun.id) == col(table.import_id))
        .where(col(table.currency).in_(sorted(currencies)))
        .order_by(col(table.recorded), col(table.id))
    )
    held: defaultdict[_Slot, list[tuple[int, str]]] = defaultdict(list)
    reversed_at: dict[_Slot, int] = {}
    for currency, day, recorded, rate, reverses in session.execute(statement):
        held[currency, day].append((recorded, rate))
        reversed_at[currency, day] = 0 if reverses is None else recorded
    return held, reversed_at


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
