"""Terms of a list in arrays: two million of them as objects would not fit in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from metrics.contracts.discounts import SHARE
from metrics.contracts.terms import Cadence, Position, Price, Renewing, Term, TermCourse, TermStatus
from storage.importing.movements import NO_NUMBER, NOTHING, FileMovements, FileTexts, Whole
from storage.importing.movements import NUMBERS as MOVEMENT_NUMBERS
from storage.store.column_types import day_of

NUMBERS = (
    *("line", "account", "start", "last", "product", "currency", "amount", "cadence"),
    *("discount", "discount_share", "discount_last", "seats", "auto_renew", "escalator"),
    *("is_usage", "status", "cancelled_on", "paused_on", "resumed_on", "trial_last"),
    "past_due_since",
)
"""Columns of `TermRows`; behind them come the attributes."""
_STATUSES = tuple(TermStatus)
_PLACES = {name: place for place, name in enumerate(NUMBERS)}


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
        one = dict(zip(NUMBERS, self.cells, strict=False))
        return Term(
            start=day_of(one["start"]),
            last=_day(one["last"]),
            position=Position(
                texts.product.name(one["product"]), texts.currency.names[one["currency"]]
            ),
            price=Price(
                amount_minor=one["amount"],
                cadence=Cadence(one["cadence"]),
                discount_minor=one["discount"],
                discount_share=_share(one["discount_share"]),
                discount_last=_day(one["discount_last"]),
                seats=_stated(one["seats"]),
            ),
            contract=self.contract or None,
            amends=self.amends or None,
            renewing=Renewing(
                _answer(one["auto_renew"]),
                None if one["escalator"] == NO_NUMBER else _share(one["escalator"]),
            ),
            course=TermCourse(
                status=_STATUSES[one["status"]],
                cancelled_on=_day(one["cancelled_on"]),
                paused_on=_day(one["paused_on"]),
                resumed_on=_day(one["resumed_on"]),
                trial_last=_day(one["trial_last"]),
                past_due_since=_day(one["past_due_since"]),
            ),
            is_usage=bool(one["is_usage"]),
        )


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
        nothing = np.full(len(self), NOTHING)
        own = [said[name] if name in names else nothing for name in MOVEMENT_NUMBERS]
        values = [nothing] * len(self.texts.values)
        return FileMovements.of(self.texts, [None] * len(self), [*own, *values])

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


_NO_SHARE = Fraction(0)


def _share(number: int) -> Fraction:
    return Fraction(number, SHARE) if number else _NO_SHARE


def _stated(number: int) -> int | None:
    return None if number == NO_NUMBER else number


def _answer(number: int) -> bool | None:
    return None if number == NO_NUMBER else bool(number)


def _day(number: int) -> date | None:
    return None if number == NO_NUMBER else day_of(number)
