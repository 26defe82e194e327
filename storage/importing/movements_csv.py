"""MRR movements from a table: ``account_id, date, amount, currency`` and any attributes."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from operator import itemgetter

import numpy as np

from storage.importing import cells
from storage.importing.amounts import AmountColumn, plain_amounts
from storage.importing.answers import parse_answer, parse_kind
from storage.importing.batch import EVERY_DAY, ID_IN_USE, AccountGroup, Batch, ReadProblems
from storage.importing.days import DayColumn
from storage.importing.drivers import DriverNames
from storage.importing.file_kind import FileKind, FileToRead
from storage.importing.judging.judgement import Judgement
from storage.importing.movements import (
    NO_NUMBER,
    NOTHING,
    USAGE,
    FileMovements,
    FileTexts,
    Texts,
    Whole,
)
from storage.importing.readings import ChunkReader, Readings, attribute_columns, optional, required
from storage.importing.report import RowFinding
from storage.importing.spool import RepeatedKeys, Spool
from storage.importing.tables.table import NamedTable
from storage.importing.usage.rows import usage_notes
from storage.store.column_types import day_number, moment_number

REQUIRED = ("account_id", "date", "amount", "currency")
OWN_COLUMNS = {
    *(*REQUIRED, "movement_id", "type", "mrr_after", "product", "driver", "recorded_at"),
    "usage",
}
_MANY = 10_000  # rows
_Cell = tuple[str, str | None]
"""An amount's cell, and its currency where that can be read."""


def read_movements(file: FileToRead) -> Batch:
    """Read a movements file; every column that is not a movement's own is an attribute.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    columns = _Columns(file.table, drivers=file.options.drivers, now=file.now)
    groups, states_usage = file.groups(), "usage" in file.table.columns
    spool = Spool(file.scratch, groups, FileMovements, columns.texts)
    judgement = Judgement(file.table.columns, file.table.file.typed)
    reading = file.start()
    found = _MovementsReader(spool, RepeatedKeys(file.scratch, groups), judgement)
    for reader in reading:
        found.take(reader, columns)
    found.settle(columns)
    found.refuse_contradictions(file.table, reading.problems)
    return Batch(
        file=file.identity(reading.rows),
        groups=_groups(spool, found.refused, judgement, states_usage=states_usage),
        recorded=file.recorded,
        notes=[*columns.drivers.notes(), *usage_notes(found.used)],
        repeats=found.repeats,
        days=EVERY_DAY if file.options.says_all and found.days else found.days,
        states_usage=states_usage,
        problems=reading.problems,
    )


class _Columns:
    """Parsers of the columns of a movements file, each with the cells that it has read."""

    def __init__(self, table: NamedTable, *, drivers: Mapping[str, str], now: datetime) -> None:
        texts = self.texts = FileTexts(
            values={name: Texts() for name in attribute_columns(table.columns, OWN_COLUMNS)}
        )
        days = DayColumn(table, "date")
        self._account = label_readings(texts.account, required, cells.parse_id)
        self._day = Readings(required(lambda text: _day(days, text)), nothing=NOTHING)
        self._currency = Readings(required(cells.parse_currency), nothing=None)
        self._amount = Money(required, AmountColumn(table, "amount"))
        self._after = Money(optional, AmountColumn(table, "mrr_after"))
        self._usage = Readings(optional(parse_answer), nothing=0)
        self._kind = Readings(optional(parse_kind), nothing=NOTHING)
        self._moment = Readings(optional(lambda text: _moment(text, now)), nothing=NO_NUMBER)
        self.drivers = DriverNames(texts.driver, drivers)
        self._driver = Readings(self.drivers.number, nothing=NOTHING)
        self._labels = {
            name: label_readings(known)
            for name, known in {"product": texts.product, **texts.values}.items()
        }

    def read(self, reader: ChunkReader) -> FileMovements:
        """Return all rows of a chunk, those with findings included."""
        currency = reader.values("currency", self._currency)
        ids = reader.keys("movement_id")
        numbers = [
            np.array(reader.lines, np.int64),
            reader.numbers("account_id", self._account),
            reader.numbers("date", self._day),
            self._amount.read(reader, "amount", currency),
            of_currencies(currency, self.texts.currency),
            reader.numbers("product", self._labels["product"]),
            reader.numbers("driver", self._driver),
            reader.numbers("recorded_at", self._moment),
            self._kinds(reader),
            self._after.read(reader, "mrr_after", currency),
            *(reader.numbers(name, self._labels[name]) for name in self.texts.values),
        ]
        return FileMovements.of(self.texts, [ids], numbers)

    def _kinds(self, reader: ChunkReader) -> Whole:
        kinds = reader.numbers("type", self._kind)
        usage = reader.numbers("usage", self._usage)
        return np.where(usage != 0, USAGE, kinds) if usage.any() else kinds


def of_currencies(codes: Sequence[str | None], texts: Texts) -> Whole:
    """Find the numbers of the currencies of rows; `NOTHING` where one could not be read."""
    if codes and codes.count(codes[0]) == len(codes) and codes[0] is not None:
        return np.full(len(codes), texts[codes[0]], np.int64)
    return np.array([NOTHING if code is None else texts[code] for code in codes], np.int64)


def label_readings(
    texts: Texts,
    needed: Callable[[Callable[[str], str | None]], Callable[[str], str | None]] = optional,
    parse: Callable[[str], str | None] = cells.parse_label,
) -> Readings[str, int]:
    """Read the labels of a column as their numbers in its texts."""
    read = needed(parse)

    def number(cell: str) -> int | None:
        label = read(cell)
        return None if label is None else texts[label]

    return Readings(number, nothing=NOTHING)


def _day(days: DayColumn, text: str) -> int:
    return day_number(cells.parse_any_day(days.iso(text)))


def _moment(text: str, now: datetime) -> int:
    return moment_number(cells.parse_moment(text, now=now))


_Parser = Callable[[str], int | None]


class Money:
    """Amounts of a column by currency: the same text is another amount in another one.

    Where all cells of a stretch are written to the last decimal of one currency, they are read
    together.
    """

    def __init__(
        self, needed: Callable[[Callable[[str], int]], _Parser], column: AmountColumn
    ) -> None:
        self._needed, self._column = needed, column
        self._parsers: dict[str | None, _Parser] = {None: lambda _: None}
        self._of_one: dict[str | None, Readings[str, int]] = {}
        self._of_many = Readings(self._parse, nothing=NO_NUMBER)

    def read(self, reader: ChunkReader, name: str, currency: Sequence[str | None]) -> Whole:
        """Return a column's amounts in minor units of the currency of each row."""
        if len(set(currency)) != 1:
            cells = reader.beside(name, currency)
            return np.array(reader.read(name, cells, self._of_many), np.int64)
        one = currency[0]
        plain = None
        if one is not None:
            plain = plain_amounts(reader.joined(name), one, count=len(currency))
        if plain is not None:
            return plain
        if one not in self._of_one:
            self._of_one[one] = Readings(self._parser(one), nothing=NO_NUMBER)
        return reader.numbers(name, self._of_one[one])

    def _parse(self, cell: _Cell) -> int | None:
        return self._parser(cell[1])(cell[0])

    def _parser(self, currency: str | None) -> _Parser:
        # An amount without one means nothing, and the currency is a finding already.
        if currency is not None and currency not in self._parsers:
            parse = partial(self._column.parse, currency=currency)
            self._parsers[currency] = self._needed(parse)
        return self._parsers[currency]


@dataclass(slots=True)
class _MovementsReader:
    spool: Spool[FileMovements]
    keys: RepeatedKeys
    judgement: Judgement
    refused: set[int] = field(default_factory=set)
    repeats: bool = False
    used: int = 0
    days: tuple[int, int] | None = None
    _read: list[FileMovements] = field(default_factory=list)

    def take(self, reader: ChunkReader, columns: _Columns) -> None:
        movements = columns.read(reader)
        ids = reader.texts("movement_id")
        # One look at all: names in plain letters, the usual ids, need no more than a strip.
        self.keys.add(filter(None, map(str.strip if "".join(ids).isascii() else _plain, ids)))
        if reader.wrong_rows:
            right = np.ones(len(movements), bool)
            right[list(reader.wrong_rows)] = False
            movements = movements.pick(np.flatnonzero(right))
        self._read.append(movements)
        if sum(map(len, self._read)) >= _MANY:
            self.settle(columns)

    def settle(self, columns: _Columns) -> None:
        """Look at what was read, many rows together: to look at few takes as long."""
        movements, self._read = FileMovements.joined(columns.texts, self._read), []
        if not len(movements):
            return
        columns.drivers.count(movements.driver)
        committed, usage = movements.parted()
        self.used += len(usage)
        self.judgement.add(committed)
        self._cover(movements)
        self.spool.add(movements)

    def _cover(self, movements: FileMovements) -> None:
        """Widen the days of the rows that have no id."""
        days = movements.day
        if any(movements.movement_id):
            days = days[[key is None for key in movements.movement_id]]
        if days.size:
            first, last = self.days or (int(days[0]), int(days[0]))
            self.days = min(first, int(days.min())), max(last, int(days.max()))

    def refuse_contradictions(self, table: NamedTable, problems: ReadProblems) -> None:
        """Find rows that have another one's id and say something else: the file is read again."""
        repeated = self.keys.hashes()
        self.repeats = bool(repeated)
        if not repeated:  # ids are unique in nearly every file, which is then read only once
            return
        key_of = itemgetter(table.columns.index("movement_id"))
        account_of = itemgetter(table.columns.index("account_id"))
        said: dict[str, int] = {}
        for line, row in _rows(table):
            key = key_of(row)
            # As a number, so that a file sent twice over needs no memory for all that it says.
            if hash(key) in repeated and said.setdefault(key, hash(row)) != hash(row):
                problems.findings.append(RowFinding(line, ID_IN_USE, "movement_id"))
                problems.unreadable.add(account_of(row))
                self.refused.add(line)


def _rows(table: NamedTable) -> Iterator[tuple[int, tuple[str, ...]]]:
    for chunk in table.chunks():
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            yield line, tuple(map(_plain, row))


def _plain(cell: str) -> str:
    return cells.plain_label(cell.strip())


def _groups(
    spool: Spool[FileMovements],
    refused: Collection[int],
    judgement: Judgement,
    *,
    states_usage: bool,
) -> Iterator[AccountGroup]:
    """Yield the accounts of the spool, without the rows that are refused."""
    for movements in spool:
        kept = movements
        if refused:
            right = np.isin(movements.line, [*refused], invert=True)
            kept = movements.pick(np.flatnonzero(right))
        committed, usage = kept.parted()
        yield AccountGroup(
            movements=committed,
            usage=usage if states_usage else None,
            findings=judgement.findings(committed),
        )
        # Or this group would still be there while the next is read.
        del movements, kept, committed, usage
    judgement.require_movements()


KIND = FileKind(read=read_movements, required=REQUIRED, own=frozenset(OWN_COLUMNS))
