"""New exchange rates of a file, compared with those that the ledger holds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from storage.importing.batch import NewRate
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
