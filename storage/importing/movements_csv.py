"""MRR movements from a CSV file: ``account_id, date, amount, currency`` and any attributes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from metrics.movements import MovementKind
from storage.importing import cells
from storage.importing.batch import (
    ID_IN_USE,
    AccountGroup,
    Batch,
    FileIdentity,
    NewAccount,
    NewStatement,
    ReadProblems,
)
from storage.importing.csv_file import CsvChunk, CsvFile, open_csv
from storage.importing.movements import FileMovements
from storage.importing.readings import ChunkReader, Readings, attribute_columns, optional, required
from storage.importing.report import ImportPhase, Progress, RowFinding, unobserved
from storage.importing.spool import GROUP_BYTES, RepeatedKeys, Scratch, Spool
from storage.store.column_types import day_number, moment_number

SOURCE = "movements"
ALIASES = {"effective_on": "date", "kind": "type"}
REQUIRED = ("account_id", "date", "amount", "currency")
OWN_COLUMNS = {*REQUIRED, "movement_id", "type", "mrr_after", "driver", "recorded_at"}
_KINDS = ", ".join(MovementKind)
_Money = tuple[str, str | None]
"""An amount's cell, and its currency where that can be read."""


def read_movements(
    path: Path,
    *,
    max_bytes: int,
    now: datetime,
    today: date,
    scratch: Scratch,
    progress: Progress = unobserved,
    group_bytes: int = GROUP_BYTES,
) -> Batch:
    """Read a movements file; every column that is not a movement's own is an attribute.

    Parameters
    ----------
    scratch : Scratch
        Temporary files for rows that do not fit in memory; open until the batch has landed.
    group_bytes : int
        How much of the file is held at once.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    file = open_csv(path, max_bytes=max_bytes, aliases=ALIASES, required=REQUIRED)
    columns = _Columns(attribute_columns(file.columns, OWN_COLUMNS), now=now, today=today)
    groups = 1 + file.size // group_bytes
    spool = Spool(scratch, groups, columns.dimensions)
    reader = _MovementsReader(spool, RepeatedKeys(scratch, groups))
    for chunk in file.chunks():
        reader.take(chunk, ChunkReader(chunk, file.columns), columns)
        progress(ImportPhase.READING, done=reader.rows, total=max(file.line_count, reader.rows))
    reader.refuse_contradictions(file)
    recorded = moment_number(now)
    return Batch(
        file=FileIdentity(source=SOURCE, sha256=file.sha256, rows=reader.rows),
        groups=_Groups(spool, frozenset(reader.refused), recorded),
        recorded=recorded,
        currency=reader.currency(),
        problems=reader.problems,
    )


class _Columns:
    """Parsers of the columns of a movements file, each with the texts that it has read."""

    def __init__(self, dimensions: tuple[str, ...], *, now: datetime, today: date) -> None:
        def parse_kind(text: str) -> str:
            try:
                return MovementKind(text.lower()).value
            except ValueError:
                raise cells.CellError(f"is none of {_KINDS}") from None

        self.dimensions = dimensions
        self._account = Readings(required(cells.parse_label))
        self._day = Readings(required(lambda text: day_number(cells.parse_day(text, today=today))))
        self._currency = Readings(required(cells.parse_currency))
        self._amount = Readings(partial(_money, needed=True))
        self._after = Readings(partial(_money, needed=False))
        self._kind = Readings(optional(parse_kind))
        self._moment = Readings(optional(lambda text: _moment(text, now)))
        self._labels = {
            name: Readings(optional(cells.parse_label)) for name in ("driver", *dimensions)
        }

    def read(self, reader: ChunkReader) -> FileMovements:
        """Return all rows of a chunk, those with findings included."""
        currency = reader.values("currency", self._currency)
        if "product" in self._labels:  # wrong, it is two findings: one on the movement's product
            reader.values("product", self._labels["product"])  # and one on the attribute
        columns: list[list[Any]] = [
            [*reader.lines],
            reader.keys("movement_id"),
            reader.values("account_id", self._account),
            reader.values("date", self._day),
            reader.read("amount", reader.beside("amount", currency), self._amount),
            currency,
            reader.values("driver", self._labels["driver"]),
            reader.values("recorded_at", self._moment),
            reader.values("type", self._kind),
            reader.read("mrr_after", reader.beside("mrr_after", currency), self._after),
            *(reader.values(name, self._labels[name]) for name in self.dimensions),
        ]
        return FileMovements.of(columns, self.dimensions)


def _moment(text: str, now: datetime) -> int:
    return moment_number(cells.parse_moment(text, now=now))


def _money(cell: _Money, *, needed: bool) -> int | None:
    amount, currency = cell
    if currency is None:  # an amount then means nothing, and the currency is a finding already
        return None
    read = required if needed else optional
    return read(partial(cells.parse_amount, currency=currency))(amount)


@dataclass(slots=True)
class _MovementsReader:
    spool: Spool
    keys: RepeatedKeys
    rows: int = 0
    problems: ReadProblems = field(default_factory=ReadProblems)
    refused: set[int] = field(default_factory=set)
    first_currency: str | None = None

    def take(self, chunk: CsvChunk, reader: ChunkReader, columns: _Columns) -> None:
        self.rows += len(chunk.rows)
        self.keys.add(filter(None, map(str.strip, reader.texts("movement_id"))))
        movements = columns.read(reader)
        self.problems.ragged = self.problems.ragged or bool(chunk.findings)
        self.problems.findings += (*chunk.findings, *reader.findings)
        self.problems.unreadable |= reader.unreadable_accounts()
        if reader.wrong_rows:
            places = range(len(movements))
            movements = movements.pick([n for n in places if n not in reader.wrong_rows])
        if self.first_currency is None:
            self.first_currency = next(iter(movements.content.currency), None)
        self.spool.add(movements)

    def refuse_contradictions(self, file: CsvFile) -> None:
        """Find rows that have another one's id and say something else: the file is read again."""
        repeated = self.keys.hashes()
        if not repeated:  # ids are unique in nearly every file, which is then read only once
            return
        key_of = itemgetter(file.columns.index("movement_id"))
        account_of = itemgetter(file.columns.index("account_id"))
        said: dict[str, int] = {}
        for line, row in _rows(file):
            key = key_of(row)
            # As a number, so that a file sent twice over needs no memory for all that it says.
            if hash(key) in repeated and said.setdefault(key, hash(row)) != hash(row):
                self.problems.findings.append(RowFinding(line, f"movement_id {ID_IN_USE}"))
                self.problems.unreadable.add(account_of(row))
                self.refused.add(line)

    def currency(self) -> str | None:
        """Return the currency of the first row that can be read and is not refused."""
        if not self.refused:
            return self.first_currency
        firsts = (_first(group, self.refused) for group in self.spool)
        return min((first for first in firsts if first), default=(0, None))[1]


def _rows(file: CsvFile) -> Iterator[tuple[int, tuple[str, ...]]]:
    for chunk in file.chunks():
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            yield line, tuple(map(str.strip, row))


def _first(movements: FileMovements, refused: set[int]) -> tuple[int, str] | None:
    rows = zip(movements.line, movements.content.currency, strict=True)
    return next((row for row in rows if row[0] not in refused), None)


@dataclass(frozen=True, slots=True)
class _Groups:
    """Groups of accounts from the spool, without the rows that are refused."""

    spool: Spool
    refused: frozenset[int]
    recorded: int

    def __iter__(self) -> Iterator[AccountGroup]:
        for movements in self.spool:
            kept = movements
            if self.refused:
                lines = enumerate(movements.line)
                kept = movements.pick([n for n, line in lines if line not in self.refused])
            yield AccountGroup(
                accounts=_accounts(kept),
                movements=kept,
                statements=_statements(kept, self.recorded),
            )
            del movements, kept  # or this group would still be there while the next is read


def _accounts(movements: FileMovements) -> Mapping[str, NewAccount]:
    """Return the accounts in the order in which they come, each with its first line."""
    ids = movements.content.account_id
    lines = dict.fromkeys(ids, 0)  # sets the order; read backwards, the first line comes to stay
    lines.update(zip(reversed(ids), reversed(movements.line), strict=True))
    return {account: NewAccount(line=line, account_id=account) for account, line in lines.items()}


def _statements(movements: FileMovements, recorded: int) -> Iterator[NewStatement]:
    """Yield the attributes of movements, row by row: each holds from its row's day on."""
    dimensions, content = tuple(movements.attributes), movements.content
    for place, values in enumerate(zip(*movements.attributes.values(), strict=True)):
        if any(values):  # a source that states only changes leaves most rows empty
            for dimension, value in zip(dimensions, values, strict=True):
                if value is not None:
                    moment = content.recorded[place]
                    yield NewStatement(
                        movements.line[place],
                        content.account_id[place],
                        dimension,
                        value,
                        content.day[place],
                        recorded if moment is None else moment,
                        movements.movement_id[place] or "",
                    )
