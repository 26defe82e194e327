"""Terms of a list in arrays: two million of them as objects would not fit in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from metrics.contracts.terms import (
    Term,
)
from storage.importing.movements import NO_NUMBER, FileMovements, FileTexts, Whole
from storage.ledger.contract_terms import TermRecord, term_of

NUMBERS = (
    *("line", "account", "start", "last", "product", "currency", "amount", "cadence"),
    *("discount", "discount_share", "discount_last", "seats", "auto_renew", "escalator"),
    *("is_usage", "status", "cancelled_on", "paused_on", "resumed_on", "trial_last"),
    "past_due_since",
)
"""Columns of `TermRows`; behind them come the attributes."""
COLUMNS = {
    **{name: name for name in NUMBERS[2:] if name not in ("product", "currency")},
    "amount": "amount_minor",
    "discount": "discount_minor",
}
"""Columns of the table by those of a list's rows, without labels, as `TermRecord` has them."""
_PLACES = {name: place for place, name in enumerate(NUMBERS)}
_stored = itemgetter(*map(_PLACES.__getitem__, COLUMNS))


class TermRow(NamedTuple):
    """One row: its numbers in the order of `NUMBERS`, and the ids of contracts, empty without."""

    cells: tuple[int, ...]
    contract: str
    amends: str

    @property
    def key(self) -> str | tuple[int, ...]:
        """The identity of the row: its contract, or its product, currency and first day."""
        return self.contract or tuple(self.value(name) for name in ("product", "currency", "start"))

    @property
    def says(self) -> tuple[tuple[int, ...], str, str]:
        """All that it says of its account's term."""
        return self.cells[2 : len(NUMBERS)], self.contract, self.amends

    def value(self, name: str) -> int:
        """Take the number in a column."""
        return self.cells[_PLACES[name]]

    def term(self, texts: FileTexts) -> Term:
        """Build the term that it states."""
        product = texts.product.name(self.value("product"))
        currency = texts.currency.names[self.value("currency")]
        labels = self.contract or None, self.amends or None, product, currency
        return term_of(TermRecord(self.value("account"), 0, "", *labels, *self.stored()))

    def stored(self) -> list[Any]:
        """List the cells of `COLUMNS`, None where the row says nothing."""
        return [None if number == NO_NUMBER else number for number in _stored(self.cells)]


@dataclass(frozen=True, slots=True)
class TermRows:
    """Rows of a list of contracts, by column; `NO_NUMBER` stands where a row says nothing.

    ``contract`` and ``amends`` are their ids, empty where there is none; ``account``, ``product``,
    ``currency`` and the attributes are numbers in ``texts``.
    """

    texts: FileTexts
    columns: Whole
    contract: Sequence[str]
    amends: Sequence[str]

    def __len__(self) -> int:
        return len(self.contract)

    def column(self, name: str) -> Whole:
        """Take one of the columns `NUMBERS`."""
        found: Whole = self.columns[_PLACES[name]]
        return found

    @property
    def account(self) -> Whole:
        """The account of each."""
        return self.column("account")

    @property
    def keys(self) -> Sequence[str]:
        """Their ids, then those of what they amend."""
        return [*self.contract, *self.amends]

    def numbers(self) -> Sequence[Whole]:
        """List their columns."""
        return [*self.columns]

    @classmethod
    def keyed(cls, texts: FileTexts, keys: Sequence[str], numbers: Sequence[Whole]) -> Self:
        """Build rows from their ids and columns."""
        size = numbers[0].size
        return cls(texts, np.array(numbers), keys[:size], keys[size : 2 * size])

    @property
    def attributes(self) -> Sequence[Whole]:
        """The columns of the attributes, in the order of ``texts.values``."""
        return [*self.columns[len(NUMBERS) :]]

    def accounts(self) -> tuple[Whole, Whole]:
        """Find the accounts in the order in which they come, and the index of each one's first."""
        numbers, firsts = np.unique(self.column("account"), return_index=True)
        order = np.argsort(firsts)
        return numbers[order], firsts[order]

    def as_movements(self) -> FileMovements:
        """Put accounts, first days and amounts where a file's movements have them."""
        said = {"day": self.column("start"), **dict(zip(NUMBERS, self.columns, strict=False))}
        names = ("line", "account", "day", "amount", "currency")
        return FileMovements.stating(self.texts, {name: said[name] for name in names})

    def rows(self) -> Iterator[TermRow]:
        """Yield one row after the other, attributes included."""
        cells = map(tuple, self.columns.T.tolist())
        return map(TermRow, cells, self.contract, self.amends)

    def says(self, rows: Whole) -> Iterator[npt.NDArray[Any]]:
        """Yield the columns of what some rows say of their accounts' terms, ids among them."""
        yield from self.columns[2 : len(NUMBERS), rows]
        for ids in (self.contract, self.amends):
            yield np.array([ids[row] for row in rows.tolist()], object)

    def pick(self, rows: Whole) -> Self:
        """Keep some rows, in the order of these."""
        if len(rows) == len(self) and bool((rows[1:] > rows[:-1]).all()):
            return self
        places = rows.tolist()
        contract, amends = ([ids[n] for n in places] for ids in (self.contract, self.amends))
        return type(self)(self.texts, self.columns[:, rows], contract, amends)

    @classmethod
    def joined(cls, texts: FileTexts, parts: Sequence[Self]) -> Self:
        """Join rows, one behind the other."""
        empty = np.zeros((len(NUMBERS) + len(texts.values), 0), np.int64)
        return cls(
            texts,
            np.concatenate([part.columns for part in parts], axis=1) if parts else empty,
            [key for part in parts for key in part.contract],
            [key for part in parts for key in part.amends],
        )
