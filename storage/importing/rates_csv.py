"""Exchange rates from a table: ``date, currency, rate``, or a column for each currency."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from metrics.days import day_in_full
from metrics.money import is_currency
from storage.errors import UnreadableFileError
from storage.importing.batch import Batch, NewRate
from storage.importing.cells import CellError, parse_currency, parse_moment, quotable
from storage.importing.days import DayColumn
from storage.importing.file_kind import FileKind, FileToRead
from storage.importing.readings import ChunkReader, Readings, optional, required
from storage.importing.report import RowFinding
from storage.importing.tables.table import NamedTable
from storage.store.column_types import day_number, day_of, moment_number

USUAL_BASE = "EUR"
"""The base of files that name none: that of the European Central Bank's."""
OWN_COLUMNS = {"date", "currency", "rate", "base", "recorded_at"}
RETIRED = frozenset(("BGN", "CYP", "EEK", "HRK", "LTL", "LVL", "MTL", "ROL", "SIT", "SKK", "TRL"))
"""Currencies of the bank's history that are none any more."""

_LONG = "currency", "rate"
_NOT_QUOTED = "N/A"
_UNIT = "1"
_RATE = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?")


def read_rates(file: FileToRead) -> Batch:
    """Read a file of exchange rates, in memory: units of a currency for one of the base.

    There is a row for each rate, or one for each day with a column for each currency, as in the
    European Central Bank's history; there an empty cell and ``N/A`` say that there was none.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    columns = _Columns(file.table, now=file.now, today=file.today)
    take = (
        columns.rows
        if set(_LONG) <= set(file.table.columns)
        else _by_currency(file.table.columns, columns)
    )
    reading, rates = file.start(), list[NewRate]()
    for reader in reading:
        rates += take(reader)
    problems = reading.problems
    problems.findings += _contradictions(rates)
    against = _against_one(rates)
    problems.findings += against.findings
    return Batch(
        file=file.identity(reading.rows),
        groups=(),
        recorded=file.recorded,
        problems=problems,
        rates=against.rates,
    )


def parse_rate(text: str) -> str:
    """Read an exchange rate as an exact decimal above zero, without zeros at its end.

    Raises
    ------
    CellError
        If it is written otherwise.
    """
    if not _RATE.fullmatch(text):
        raise CellError(f'is "{quotable(text)}", which is no plain number: write it like 1.0812')
    if not (rate := Decimal(text)):
        raise CellError("is zero: leave it out where there is no rate")
    plain = f"{rate:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


class _Columns:
    """Parsers of the columns of a rates file, each with the texts that it has read."""

    def __init__(self, table: NamedTable, *, now: datetime, today: date) -> None:
        self._now = moment_number(now)
        days = DayColumn(table, "date")
        day = required(lambda text: day_number(days.parse(text, today=today)))
        moment = optional(lambda text: moment_number(parse_moment(text, now=now)))
        self._day = Readings(day, nothing=None)
        self._currency = Readings(required(parse_currency), nothing=None)
        self._base = Readings(optional(parse_currency), nothing=None)
        self._rate = Readings(required(parse_rate), nothing=None)
        self._quoted = Readings(_quoted, nothing=None)
        self._moment = Readings(moment, nothing=None)

    def rows(self, reader: ChunkReader) -> list[NewRate]:
        """Read a rate from each row."""
        columns = (
            reader.values("date", self._day),
            reader.values("currency", self._currency),
            reader.values("rate", self._rate),
            reader.values("base", self._base),
            reader.values("recorded_at", self._moment),
        )
        return [
            NewRate(line, day, currency, rate, base or "", self._now if said is None else said)
            for line, day, currency, rate, base, said in zip(reader.lines, *columns, strict=True)
            if day is not None and currency is not None and rate is not None
        ]

    def cells(self, currency: str, reader: ChunkReader) -> Iterator[NewRate]:
        """Read a rate of one currency from each row that has one."""
        days = reader.values("date", self._day)
        rates = reader.read(currency, reader.texts(currency.lower()), self._quoted)
        for line, day, rate in zip(reader.lines, days, rates, strict=True):
            if day is not None and rate is not None:
                yield NewRate(line, day, currency, rate, "", self._now)


def _quoted(cell: str) -> str | None:
    text = cell.strip()
    return parse_rate(text) if text and text != _NOT_QUOTED else None


def _by_currency(names: Sequence[str], columns: _Columns) -> Callable[[ChunkReader], list[NewRate]]:
    """Read the columns that are named after currencies.

    Raises
    ------
    UnreadableFileError
        If none is, or one is named after nothing that is known.
    """
    currencies = [name.upper() for name in names if name and name != "date"]
    if not currencies:
        raise UnreadableFileError(
            "the header has neither currency and rate nor a column for each currency"
        )
    for name in currencies:
        if name not in RETIRED and not is_currency(name):
            raise UnreadableFileError(
                f"the column {name.lower()} is no currency: a rates file has date, currency and"
                " rate, or date and a column for each currency"
            )
    kept = [name for name in currencies if name not in RETIRED]
    return lambda reader: [rate for name in kept for rate in columns.cells(name, reader)]


@dataclass(frozen=True, slots=True)
class _Against:
    """Rates against one base, and what is wrong with those against another."""

    rates: Sequence[NewRate]
    findings: Sequence[RowFinding]


def _against_one(rates: Sequence[NewRate]) -> _Against:
    base = _base_of(rates)
    findings = [
        RowFinding(rate.line, f"base is {rate.base} where that of the first rate is {base}")
        for rate in rates
        if rate.base not in ("", base)
    ] + [
        RowFinding(rate.line, f"{base} is what the rates are against: one of it is 1, and no other")
        for rate in rates
        if rate.currency == base and rate.rate != _UNIT
    ]
    return _Against([rate._replace(base=base) for rate in rates if rate.currency != base], findings)


def _base_of(rates: Sequence[NewRate]) -> str:
    if stated := next((rate.base for rate in rates if rate.base), ""):
        return stated
    others = {rate.currency for rate in rates if rate.rate != _UNIT}
    units = {rate.currency for rate in rates} - others
    if len(units) == 1:
        return units.pop()
    if USUAL_BASE in others:
        raise UnreadableFileError(
            f"{USUAL_BASE} has rates of its own, so the file must say what they are against: add a"
            " column base, the currency of which one unit buys so many of the other"
        )
    return USUAL_BASE


def _contradictions(rates: Sequence[NewRate]) -> Iterator[RowFinding]:
    held: dict[tuple[str, int, int], NewRate] = {}
    for rate in rates:
        first = held.setdefault((rate.currency, rate.day, rate.recorded), rate)
        if first.rate != rate.rate:
            day = day_in_full(day_of(rate.day))
            yield RowFinding(
                rate.line,
                f"{rate.currency} is {rate.rate} on {day}, and {first.rate}"
                f" in line {first.line}: give one",
            )


KIND = FileKind(read=read_rates, required=("date",), own=frozenset(OWN_COLUMNS))
