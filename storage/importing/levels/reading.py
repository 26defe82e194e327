"""Levels from a table: ``account_id, month, mrr, currency``, or one column for each month."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np

from storage.errors import UnreadableFileError
from storage.importing import cells
from storage.importing.amounts import AmountColumn
from storage.importing.batch import AccountGroup, Batch, FileIdentity, ReadProblems
from storage.importing.days import DayColumn
from storage.importing.judging.totals import FileTotals, is_a_total
from storage.importing.levels.standing import LevelsFile
from storage.importing.levels.units import Units
from storage.importing.months import parse_month
from storage.importing.movements import NO_NUMBER, NOTHING, FileMovements, FileTexts, Texts, Whole
from storage.importing.movements_csv import Money, numbered
from storage.importing.read_options import USUAL, ReadOptions
from storage.importing.readings import ChunkReader, Readings, attribute_columns, optional, required
from storage.importing.report import ImportPhase, Progress, unobserved
from storage.importing.spool import Scratch, Spool
from storage.importing.tables.table import NamedTable
from storage.store.column_types import day_number, moment_number

SOURCE = "balances"
OWN_COLUMNS = {"account_id", "currency", "month", "date", "mrr", "product"}
_FUTURE = "is in the future: leave it out until it has begun"
_BELOW_ZERO = "is below zero: write what the account pays, 0 if nothing"
_DATED = re.compile(r"m_(\d{4}_\d{2})|d_(\d{4}_\d{2}_\d{2})", re.ASCII)


def read_balances(
    table: NamedTable,
    *,
    now: datetime,
    today: date,
    scratch: Scratch,
    progress: Progress = unobserved,
    options: ReadOptions = USUAL,
) -> Batch:
    """Read a file of levels, which become movements once the ledger can be asked.

    A column ``month`` states the MRR at the end of months, ``date`` that at the close of days;
    without either, each column ``m_2026_07`` or ``d_2026_07_31`` does. Any other column is an
    attribute.

    Parameters
    ----------
    scratch : Scratch
        Temporary files for rows that do not fit in memory; open until the batch has landed.

    Raises
    ------
    UnreadableFileError
        If the file is refused as a whole. Faults of single rows are in the findings.
    """
    layout = _Layout.of(table.columns)
    columns = _Columns(table, layout, today=today)
    spool = Spool(scratch, 1 + table.file.size // options.group_bytes, columns.texts)
    reader = _LevelsReader(spool)
    for chunk in table.chunks():
        cells_of_chunk = ChunkReader(chunk, table.columns)
        reader.take(columns.read(cells_of_chunk), cells_of_chunk)
        reader.problems.findings += chunk.findings
        reader.problems.ragged |= bool(chunk.findings)
        total = max(table.file.line_count, reader.rows)
        progress(ImportPhase.READING, done=reader.rows, total=total)
    units = Units.of(reader.days, today=today, is_monthly=layout.is_monthly)
    file = LevelsFile(
        texts=columns.texts,
        units=units,
        totals=reader.totals,
        recorded=moment_number(now),
        is_complete=options.is_complete,
        by_product="product" in table.columns,
        is_wide=bool(layout.dated),
        notes=layout.notes(),
    )
    return Batch(
        file=FileIdentity(
            source=options.source or SOURCE, sha256=table.file.sha256, rows=reader.rows
        ),
        groups=_Groups(spool, units),
        recorded=file.recorded,
        against=file.against,
        declared=units.declared(today=today, is_complete=options.is_complete),
        notes=file.notes,
        problems=reader.problems,
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where a table states its levels: in the column ``when``, or in columns of days."""

    when: str
    dated: dict[str, int]
    attributes: tuple[str, ...]
    sums: tuple[str, ...]

    @property
    def is_monthly(self) -> bool:
        return self.when == "month" or any(name.startswith("m_") for name in self.dated)

    @classmethod
    def of(cls, columns: Sequence[str]) -> "_Layout":
        when = next((name for name in ("month", "date") if name in columns), "")
        found = (
            {} if when else {name: day for name in columns if (day := _day_of(name)) is not None}
        )
        if not when and not found:
            raise UnreadableFileError(
                "the header lacks month or date, or one column for each month, such as 2026-07"
            )
        if when and "mrr" not in columns:
            raise UnreadableFileError("the header lacks mrr")
        if len({name[0] for name in found}) > 1:
            raise UnreadableFileError("the header has columns of days and of months: leave one out")
        sums = tuple(name for name in columns if found and is_a_total(name))
        own = {*OWN_COLUMNS, *found, *sums}
        return cls(when, found, attribute_columns(columns, own), sums)

    def notes(self) -> list[str]:
        """Tell which columns were left out because they add the others up."""
        return [f"The column {name} is left out: it adds others up." for name in self.sums]


def _day_of(column: str) -> int | None:
    found = _DATED.fullmatch(column)
    if not found:
        return None
    text = (found[1] or found[2]).replace("_", "-")
    try:
        return day_number(date.fromisoformat(text if found[2] else f"{text}-01"))
    except ValueError:
        return None


class _Columns:
    """Parsers of the columns of a file of levels, each with the cells that it has read."""

    def __init__(self, table: NamedTable, layout: _Layout, *, today: date) -> None:
        days = DayColumn(table, "date")

        def month(text: str) -> int:
            found = parse_month(text)
            if found > today:
                raise cells.CellError(_FUTURE)
            return day_number(found)

        def day(text: str) -> int:
            return day_number(days.parse(text, today=today))

        self._layout, self._last = layout, day_number(today)
        texts = self.texts = FileTexts(values={name: Texts() for name in layout.attributes})
        self._account = Readings(numbered(texts.account, required, cells.parse_id), nothing=NOTHING)
        self._when = Readings(required(month if layout.when == "month" else day), nothing=NOTHING)
        self._currency = Readings(required(cells.parse_currency), nothing=None)
        amounts = AmountColumn(table, *(layout.dated or ("mrr",)))
        self._level = Money(optional if layout.dated else required, amounts)
        labels = {"product": texts.product, **texts.values}
        self._labels = {
            name: Readings(numbered(known, optional), nothing=NOTHING)
            for name, known in labels.items()
        }

    def read(self, reader: ChunkReader) -> FileMovements:
        """Read all rows of a chunk, those with findings included; the amounts are levels."""
        currency = reader.values("currency", self._currency)
        alike = {
            "account": reader.values("account_id", self._account),
            "currency": [NOTHING if c is None else self.texts.currency[c] for c in currency],
            **{name: reader.values(name, known) for name, known in self._labels.items()},
            "line": list(reader.lines),
        }
        of_rows = {name: np.array(column, np.int64) for name, column in alike.items()}
        parts = [
            self._rows(of_rows, day, self._levels(reader, name, currency, day))
            for name, day in self._stretches(reader)
        ]
        return FileMovements.joined(self.texts, parts)

    def _stretches(self, reader: ChunkReader) -> Iterator[tuple[str, Whole]]:
        if self._layout.when:
            days = reader.values(self._layout.when, self._when)
            yield "mrr", np.array(days, np.int64)
        for name, day in self._layout.dated.items():
            yield name, np.full(len(reader.lines), day)

    def _levels(
        self, reader: ChunkReader, name: str, currency: Sequence[str | None], day: Whole
    ) -> Whole:
        levels = np.array(self._level.read(reader, name, currency), np.int64)
        for place in np.flatnonzero((levels < 0) & (levels != NO_NUMBER)).tolist():
            reader.refuse(place, _BELOW_ZERO, name)
        for place in np.flatnonzero((day > self._last + 1) & (levels != NO_NUMBER)).tolist():
            reader.refuse(place, _FUTURE, name)
        return levels

    def _rows(self, of_rows: dict[str, Whole], day: Whole, level: Whole) -> FileMovements:
        count = level.size
        nothing, no_number = np.full(count, NOTHING), np.full(count, NO_NUMBER)
        return FileMovements(
            texts=self.texts,
            movement_id=[None] * count,
            day=day,
            amount=level,
            driver=nothing,
            recorded=no_number,
            stated_kind=nothing,
            stated_after=no_number,
            attributes={name: of_rows[name] for name in self.texts.values},
            **{name: of_rows[name] for name in ("line", "account", "currency", "product")},
        )


@dataclass(slots=True)
class _LevelsReader:
    spool: Spool
    rows: int = 0
    days: set[int] = field(default_factory=set)
    totals: FileTotals = field(default_factory=FileTotals)
    problems: ReadProblems = field(default_factory=ReadProblems)

    def take(self, levels: FileMovements, reader: ChunkReader) -> None:
        """Take the rows of a chunk, without those that have findings."""
        self.rows += len(reader.lines)
        self.problems.findings += reader.findings
        self.problems.unreadable |= reader.unreadable_accounts()
        if reader.wrong_rows:
            wrong = [reader.lines[place] for place in reader.wrong_rows]
            levels = levels.pick(np.flatnonzero(~np.isin(levels.line, wrong)))
        self.days.update(np.unique(levels.day[levels.amount != NO_NUMBER]).tolist())
        self.totals.add(levels)
        self.spool.add(levels)


@dataclass(frozen=True, slots=True)
class _Groups:
    """Groups of accounts from the spool, without the columns in which no row says anything."""

    spool: Spool
    units: Units

    def __iter__(self) -> Iterator[AccountGroup]:
        for levels in self.spool:
            spoken = np.isin(levels.day, self.units.named)
            yield AccountGroup(movements=levels.pick(np.flatnonzero(spoken)))
            del levels, spoken  # or this group would still be there while the next is read
