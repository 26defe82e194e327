"""Columns of a file of levels: where it states them, and what their cells say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from storage.errors import UnreadableFileError
from storage.importing import cells
from storage.importing.amounts import AmountColumn
from storage.importing.answers import parse_answer
from storage.importing.days import DayColumn
from storage.importing.judging.totals import is_a_total
from storage.importing.months import parse_month
from storage.importing.movements import (
    NO_NUMBER,
    NOTHING,
    USAGE,
    FileMovements,
    FileTexts,
    Texts,
    Whole,
)
from storage.importing.movements_csv import Money, label_readings, of_currencies
from storage.importing.readings import ChunkReader, Readings, attribute_columns, optional, required
from storage.importing.tables.table import NamedTable
from storage.store.column_types import day_number

OWN_COLUMNS = {"account_id", "currency", "month", "date", "mrr", "product", "usage"}
_FUTURE = "is in the future: leave it out until it has begun"
_BELOW_ZERO = "is below zero: write what the account pays, 0 if nothing"
_DATED = re.compile(r"m_(\d{4}_\d{2})|d_(\d{4}_\d{2}_\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class MonthsLayout:
    """Where a table states its levels: in the column ``when``, or in columns of days."""

    when: str
    dated: dict[str, int]
    attributes: tuple[str, ...]
    sums: tuple[str, ...]

    @property
    def is_monthly(self) -> bool:
        """Whether the levels are those of months."""
        return self.when == "month" or any(name.startswith("m_") for name in self.dated)

    @classmethod
    def of(cls, columns: Sequence[str]) -> "MonthsLayout":
        """Find where a table states its levels.

        Raises
        ------
        UnreadableFileError
            If it does so nowhere, or in two ways.
        """
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


class LevelColumns:
    """Parsers of the columns of a file of levels, each with the cells that it has read."""

    def __init__(self, table: NamedTable, layout: MonthsLayout, *, today: date) -> None:
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
        self._account = label_readings(texts.account, required, cells.parse_id)
        self._when = Readings(required(month if layout.when == "month" else day), nothing=NOTHING)
        self._currency = Readings(required(cells.parse_currency), nothing=None)
        amounts = AmountColumn(table, *(layout.dated or ("mrr",)))
        self._level = Money(optional if layout.dated else required, amounts)
        self._labels = {name: label_readings(known) for name, known in texts.values.items()}
        self._usage = Readings(optional(parse_answer), nothing=0)
        self._product = label_readings(texts.product, optional, cells.parse_product)

    def read(self, reader: ChunkReader) -> FileMovements:
        """Read all rows of a chunk, those with findings included; the amounts are levels."""
        currency = reader.values("currency", self._currency)
        usage = reader.numbers("usage", self._usage)
        of_rows = {
            "line": np.array(reader.lines, np.int64),
            "account": reader.numbers("account_id", self._account),
            "currency": of_currencies(currency, self.texts.currency),
            "product": reader.numbers("product", self._product),
            "stated_kind": np.where(usage == 1, USAGE, NOTHING),
        }
        attributes = [reader.numbers(name, known) for name, known in self._labels.items()]
        parts = [
            FileMovements.stating(
                self.texts,
                {**of_rows, "day": day, "amount": self._levels(reader, name, currency, day)},
                attributes,
            )
            for name, day in self._stretches(reader)
        ]
        return FileMovements.joined(self.texts, parts)

    def _stretches(self, reader: ChunkReader) -> Iterator[tuple[str, Whole]]:
        if self._layout.when:
            yield "mrr", reader.numbers(self._layout.when, self._when)
        for name, day in self._layout.dated.items():
            yield name, np.full(len(reader.lines), day)

    def _levels(
        self, reader: ChunkReader, name: str, currency: Sequence[str | None], day: Whole
    ) -> Whole:
        levels = self._level.read(reader, name, currency)
        for place in np.flatnonzero((levels < 0) & (levels != NO_NUMBER)).tolist():
            reader.refuse(place, _BELOW_ZERO, name)
        for place in np.flatnonzero((day > self._last + 1) & (levels != NO_NUMBER)).tolist():
            reader.refuse(place, _FUTURE, name)
        return levels
