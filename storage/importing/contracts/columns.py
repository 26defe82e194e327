"""Columns of a list of contracts: their cells to numbers, and rows that contradict themselves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np

from metrics.contracts.terms import STATUSES, Cadence, TermStatus
from storage.errors import UnreadableFileError
from storage.importing import cells
from storage.importing.amounts import AmountColumn
from storage.importing.answers import parse_answer
from storage.importing.contracts import words
from storage.importing.contracts.checks import contradictions
from storage.importing.contracts.term_rows import TermRows
from storage.importing.days import DayColumn
from storage.importing.movements import NO_NUMBER, NOTHING, FileTexts, Texts, Whole
from storage.importing.movements_csv import Money, label_readings, of_currencies
from storage.importing.readings import ChunkReader, Readings, attribute_columns, optional, required
from storage.importing.tables.table import NamedTable
from storage.store.column_types import day_number

REQUIRED = ("account_id", "start", "amount", "currency")
_DAYS = {
    **{name: name for name in ("cancelled_on", "paused_on", "resumed_on", "past_due_since")},
    "last": "end",
    "discount_last": "discount_end",
    "trial_last": "trial_end",
}
OWN_COLUMNS = {
    *REQUIRED,
    *_DAYS.values(),
    *("contract_id", "per", "product", "amendment_of", "auto_renew", "escalator"),
    *("usage", "seats", "discount", "discount_percent", "status"),
}
_Cell = tuple[str, str | None]
"""An amount's cell, and its currency where that can be read."""


def require_known_cadence(table: NamedTable, reader: ChunkReader) -> None:
    """Check that no column but ``per`` says what the amounts are for.

    Raises
    ------
    UnreadableFileError
        If there is none and another looks like it: a month's price would be taken for a term's.
    """
    if "per" in table.columns:
        return
    for name in table.columns:
        cells_of = [*filter(None, map(str.strip, reader.texts(name)))]
        if cells_of and all(map(words.is_word_for_cadence, cells_of)):
            raise UnreadableFileError(
                f"the column {name} says {cells_of[0]} and the like: if amounts are per that, add"
                f" --map per={name}, if they are for whole terms, add --ignore {name}"
            )


class ContractColumns:
    """Parsers of the columns of a list of contracts, each with the cells that it has read."""

    def __init__(self, table: NamedTable, *, today: date) -> None:
        self._today = day_number(today)
        self._has_discount = not {"discount", "discount_percent"}.isdisjoint(table.columns)
        dimensions = attribute_columns(table.columns, OWN_COLUMNS)
        self.texts = FileTexts(values={name: Texts() for name in dimensions})
        days = DayColumn(table, "start", *_DAYS.values())

        def day(text: str) -> int:
            return day_number(cells.parse_any_day(days.iso(text)))

        texts = self.texts
        self._account = label_readings(texts.account, required, cells.parse_id)
        self._currency = Readings(required(cells.parse_currency), nothing=None)
        self._start = Readings(required(day), nothing=NOTHING)
        self._day = Readings(optional(day), nothing=NO_NUMBER)
        self._amount = Money(optional, AmountColumn(table, "amount"))
        discount = partial(_discount, amounts=AmountColumn(table, "discount"))
        self._discount = Readings(discount, nothing=(0, 0))
        self._percent = Readings(optional(words.parse_percent), nothing=NO_NUMBER)
        self._seats = Readings(optional(words.parse_seats), nothing=NO_NUMBER)
        self._cadence = Readings(optional(words.parse_cadence), nothing=NO_NUMBER)
        self._status = Readings(optional(words.parse_status), nothing=NO_NUMBER)
        self._answer = Readings(optional(parse_answer), nothing=NO_NUMBER)
        self._labels = {name: label_readings(known) for name, known in texts.values.items()}
        self._product = label_readings(texts.product, optional, cells.parse_product)

    def read(self, reader: ChunkReader) -> TermRows:
        """Read all rows of a chunk, those with findings included."""
        currency = reader.values("currency", self._currency)
        columns: dict[str, Sequence[int] | Whole] = {
            "line": reader.lines,
            "account": reader.numbers("account_id", self._account),
            "start": reader.numbers("start", self._start),
            "product": reader.numbers("product", self._product),
            "currency": of_currencies(currency, self.texts.currency),
            "amount": self._amount.read(reader, "amount", currency),
            "cadence": reader.numbers("per", self._cadence),
            **(self._discounts(reader, currency) if self._has_discount else {}),
            "seats": reader.numbers("seats", self._seats),
            "auto_renew": reader.numbers("auto_renew", self._answer),
            "escalator": reader.numbers("escalator", self._percent),
            "is_usage": reader.numbers("usage", self._answer),
            "status": reader.numbers("status", self._status),
            **{ours: reader.numbers(name, self._day) for ours, name in _DAYS.items()},
        }
        # By place: an attribute can be called account, or line, and is another column all the same.
        none = np.zeros(len(reader.lines), np.int64)
        stated = [np.asarray(columns.get(name, none), np.int64) for name in TermRows.names()]
        stated += [reader.numbers(name, known) for name, known in self._labels.items()]
        ids = [reader.keys(name) for name in ("contract_id", "amendment_of")]
        rows = TermRows.of(self.texts, ids, stated)
        for place, message, column in contradictions(rows, today=self._today):
            if place not in reader.wrong_rows:
                reader.refuse(place, message, column)
        return _filled(rows)

    def _discounts(
        self, reader: ChunkReader, currency: Sequence[str | None]
    ) -> dict[str, Sequence[int]]:
        cells_ = reader.beside("discount", currency)
        found = reader.read("discount", cells_, self._discount)
        percent = reader.values("discount_percent", self._percent)
        return {
            "discount": [minor for minor, _ in found],
            "discount_share": [
                share if other == NO_NUMBER else share + other
                for (_, share), other in zip(found, percent, strict=True)
            ],
        }


def _filled(rows: TermRows) -> TermRows:
    """Write what rows mean that leave a cell open: an amount for the whole of an active term."""
    failed = rows.past_due_since != NO_NUMBER
    usual = np.where(failed, STATUSES.index(TermStatus.PAST_DUE), STATUSES.index(TermStatus.ACTIVE))
    return replace(
        rows,
        cadence=_or(rows.cadence, Cadence.TOTAL.value),
        amount=_or(rows.amount, 0),
        is_usage=_or(rows.is_usage, 0),
        status=_or(rows.status, usual),
    )


def _or(column: Whole, unsaid: Whole | int) -> Whole:
    return np.where(column == NO_NUMBER, unsaid, column)


def _discount(cell: _Cell, amounts: AmountColumn) -> tuple[int, int] | None:
    text, currency = cell[0].strip(), cell[1]
    if text.endswith("%"):
        return 0, words.parse_percent(text)
    # An amount without a currency means nothing, and the currency is a finding already.
    if not text or currency is None:
        return None
    if words.is_part_of_one(text):
        raise cells.CellError(
            f"may mean a percentage or {text} {currency}: write it as the text 10% or"
            f" 0.10 {currency}"
        )
    return amounts.parse(text, currency), 0
