"""Terms of a list in arrays: two million of them as objects would not fit in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from metrics.contracts.terms import Term
from storage.importing.movements import (
    NO_LINE,
    NO_NUMBER,
    NOTHING,
    FileMovements,
    FileRows,
    FileTexts,
    Whole,
)
from storage.ledger.contract_terms import TermRecord, term_of
from storage.tables.contracts import WITHDRAWN


class TermRow(NamedTuple):
    """One row: its numbers in the order of `TermRows`, and the ids of contracts."""

    cells: tuple[int, ...]
    contract: str | None
    amends: str | None

    @property
    def key(self) -> str | tuple[int, ...]:
        """The identity of the row: its contract, or its product, currency and first day."""
        return self.contract or tuple(self.value(name) for name in ("product", "currency", "start"))

    @property
    def says(self) -> tuple[object, ...]:
        """All that it says of its account's term."""
        return self.cells[2 : len(_PLACES)], self.contract, self.amends

    def value(self, name: str) -> int:
        """Take the number in a column."""
        return self.cells[_PLACES[name]]

    def term(self, texts: FileTexts) -> Term:
        """Build the term that it states."""
        product = texts.product.name(self.value("product"))
        currency = texts.currency.names[self.value("currency")]
        labels = self.contract, self.amends, product, currency
        cells: list[Any] = [None if one == NO_NUMBER else one for one in _stored(self.cells)]
        return term_of(TermRecord(0, self.value("account"), 0, "", *labels, *cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRows(FileRows):
    """Rows of a list of contracts, by column; `NO_NUMBER` stands where a row says nothing.

    ``contract`` and ``amends`` are their ids; ``product``, ``currency`` and the attributes are
    numbers in ``texts``.
    """

    IDS = ("contract", "amends")

    contract: Sequence[str | None]
    amends: Sequence[str | None]
    start: Whole
    last: Whole
    product: Whole
    currency: Whole
    amount: Whole
    cadence: Whole
    discount: Whole
    discount_share: Whole
    discount_last: Whole
    seats: Whole
    auto_renew: Whole
    escalator: Whole
    is_usage: Whole
    status: Whole
    cancelled_on: Whole
    paused_on: Whole
    resumed_on: Whole
    trial_last: Whole
    past_due_since: Whole

    @classmethod
    def of_records(
        cls, texts: FileTexts, records: Sequence[TermRecord], accounts: Mapping[int, int]
    ) -> Self:
        """Take terms as they are stored; ``accounts`` has the numbers in ``texts`` by their own."""
        if not records:
            return cls.none(texts)
        held = dict(zip(TermRecord._fields, zip(*records, strict=True), strict=True))
        cells = {name: held[ours] for name, ours in COLUMNS.items()} | {
            "line": [NO_LINE] * len(records),
            "account": [accounts[number] for number in held["account"]],
            "currency": [texts.currency[code] for code in held["currency"]],
            "product": [NOTHING if one is None else texts.product[one] for one in held["product"]],
        }
        numbers = [
            np.array([NO_NUMBER if cell is None else cell for cell in cells[name]], np.int64)
            for name in cls.names()
        ]
        return cls.of(texts, [held["contract_id"], held["amendment_of"]], numbers)

    @classmethod
    def of_rows(cls, texts: FileTexts, rows: Sequence[TermRow]) -> Self:
        """Put single rows together again."""
        if not rows:
            return cls.none(texts)
        ids = [[row.contract for row in rows], [row.amends for row in rows]]
        return cls.of(texts, ids, [*np.array([row.cells for row in rows], np.int64).T])

    def withdrawn(self) -> Self:
        """Say of each that its account does not have it any more."""
        return replace(self, status=np.full(len(self), WITHDRAWN))

    def accounts(self) -> tuple[Whole, Whole]:
        """Find the accounts in the order in which they come, and the index of each one's first."""
        numbers, firsts = np.unique(self.account, return_index=True)
        order = np.argsort(firsts)
        return numbers[order], firsts[order]

    def as_movements(self) -> FileMovements:
        """Put accounts, first days and amounts where a file's movements have them."""
        same = {name: getattr(self, name) for name in ("line", "account", "amount", "currency")}
        return FileMovements.stating(self.texts, same | {"day": self.start})

    def rows(self) -> Iterator[TermRow]:
        """Yield one row after the other, attributes included."""
        cells = zip(*(column.tolist() for column in self.numbers()), strict=True)
        return map(TermRow, cells, self.contract, self.amends)

    def says(self, rows: Whole) -> Iterator[npt.NDArray[Any]]:
        """Yield the columns of what some rows say of their accounts' terms, ids among them."""
        for name in self.names()[2:]:
            yield getattr(self, name)[rows]
        for ids in self.ids():
            yield np.array([ids[row] for row in rows.tolist()], object)


_PLACES = {name: place for place, name in enumerate(TermRows.names())}
COLUMNS = {
    **{name: name for name in TermRows.names()[2:] if name not in ("product", "currency")},
    "amount": "amount_minor",
    "discount": "discount_minor",
}
"""Columns of the table by those of a list's rows, without labels, as `TermRecord` has them."""
_stored = itemgetter(*map(_PLACES.__getitem__, COLUMNS))
