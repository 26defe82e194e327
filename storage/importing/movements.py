"""Rows of a file in arrays, its movements first: a million as objects would not fit in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import chain
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from metrics.segments import NO_VALUE

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOTHING = -1
"""Number of a text, or of a kind, that a row does not state."""
USAGE = -2
"""Kind that a row states of which the amount is usage, which is outside committed MRR."""
NO_LINE = 0
"""Line of a movement that no line of the file states: of an account that a whole list lacks."""
NO_NUMBER = -(2**63)
"""An amount or a moment that a row does not state."""


class Texts(dict[str, int]):
    """Texts of a column, numbered from 0 in the order in which they come."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self.names)
        self.names.append(text)
        return number

    def name(self, number: int) -> str | None:
        """Find a text by its number; None for `NOTHING`."""
        return None if number == NOTHING else self.names[number]


@dataclass(frozen=True, slots=True)
class FileTexts:
    """Texts that a file's movements name by their numbers; ``values`` by dimension."""

    account: Texts = field(default_factory=Texts)
    currency: Texts = field(default_factory=Texts)
    product: Texts = field(default_factory=Texts)
    driver: Texts = field(default_factory=Texts)
    values: Mapping[str, Texts] = field(default_factory=dict)


def of_products(products: Whole, texts: FileTexts) -> Whole:
    """Let movements without a product be stated to be of none, so that they are not spread."""
    is_of_none = products == NOTHING
    return np.where(is_of_none, texts.product[NO_VALUE], products) if is_of_none.any() else products


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRows:
    """Rows of a file in its order, in arrays; accounts and labels are numbers in ``texts``.

    A kind of rows has more arrays, and lists of ids by the names in `IDS`, None in each where a row
    has none. ``attributes`` are by dimension.
    """

    IDS: ClassVar[tuple[str, ...]] = ()

    texts: FileTexts
    line: Whole
    account: Whole
    attributes: Mapping[str, Whole] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.line.size)

    @classmethod
    @cache
    def names(cls) -> Sequence[str]:
        """Name the arrays that every file has."""
        names = (one.name for one in fields(cls))
        return [name for name in names if name not in ("texts", "attributes", *cls.IDS)]

    @classmethod
    def of(
        cls, texts: FileTexts, ids: Sequence[Sequence[str | None]], numbers: Sequence[Whole]
    ) -> Self:
        """Build rows from the arrays that `numbers` lists; those of attributes may be left out."""
        own: dict[str, Any] = dict(zip(cls.names(), numbers, strict=False))
        values = numbers[len(cls.names()) :] or [np.full(numbers[0].size, NOTHING)] * len(
            texts.values
        )
        attributes = dict(zip(texts.values, values, strict=True))
        own |= zip(cls.IDS, ids, strict=True)
        return cls(texts=texts, attributes=attributes, **own)

    @classmethod
    def none(cls, texts: FileTexts) -> Self:
        """Build none of these rows."""
        return cls.of(texts, [()] * len(cls.IDS), [np.zeros(0, np.int64)] * len(cls.names()))

    @classmethod
    def joined(cls, texts: FileTexts, parts: Sequence[Self]) -> Self:
        """Join rows, one behind the other."""
        if not parts:
            return cls.none(texts)
        ids = zip(*(part.ids() for part in parts), strict=True)
        columns = zip(*(part.numbers() for part in parts), strict=True)
        keys = [[*chain.from_iterable(one)] for one in ids]
        return cls.of(texts, keys, [np.concatenate(column) for column in columns])

    def ids(self) -> list[Sequence[str | None]]:
        """List their ids, by the names in `IDS`."""
        return [getattr(self, name) for name in self.IDS]

    def numbers(self) -> list[Whole]:
        """List all their arrays, those of attributes last."""
        return [*(getattr(self, name) for name in self.names()), *self.attributes.values()]

    def pick(self, rows: Whole) -> Self:
        """Keep some rows, in the order of these."""
        # The usual file is new as a whole: nothing is copied.
        if len(rows) == len(self) and bool((rows[1:] > rows[:-1]).all()):
            return self
        places = rows.tolist()
        ids = [[keys[row] for row in places] for keys in self.ids()]
        return self.of(self.texts, ids, [numbers[rows] for numbers in self.numbers()])


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMovements(FileRows):
    """Rows of a movements file in its order; ``stated_*`` are checked, never trusted.

    ``account``, ``currency``, ``product``, ``driver`` and ``attributes``, by dimension, are numbers
    in ``texts``, ``stated_kind`` places in ``MovementKind``; days and moments are those of
    `storage.store.column_types`, amounts signed minor units. A kind of `USAGE` says
    what a row is of. ``movement_id`` is None where the file leaves it open.
    A product named `NO_VALUE` says that a row is of none.
    """

    IDS = ("movement_id",)

    movement_id: Sequence[str | None]
    day: Whole
    amount: Whole
    currency: Whole
    product: Whole
    driver: Whole
    recorded: Whole
    stated_kind: Whole
    stated_after: Whole

    @classmethod
    def stating(
        cls,
        texts: FileTexts,
        said: Mapping[str, Whole],
        attributes: Sequence[Whole] = (),
        ids: Sequence[str | None] | None = None,
    ) -> Self:
        """Build movements from some of the arrays; of the others they state nothing."""
        size = next(iter(said.values())).size
        nothing = np.full(size, NOTHING)
        unstated = {
            "line": np.full(size, NO_LINE),
            **dict.fromkeys(("recorded", "stated_after"), np.full(size, NO_NUMBER)),
        }
        own = [said.get(name, unstated.get(name, nothing)) for name in cls.names()]
        return cls.of(texts, [ids or [None] * size], [*own, *attributes])

    def parted(self) -> tuple[Self, Self]:
        """Part the rows of committed MRR from those of usage."""
        is_usage = self.stated_kind == USAGE
        if not is_usage.any():
            return self, self.none(self.texts)
        return self.pick(np.flatnonzero(~is_usage)), self.pick(np.flatnonzero(is_usage))

    def unit(self, row: int) -> tuple[str, str]:
        """Name the account and the currency of a row."""
        texts = self.texts
        return texts.account.names[self.account[row]], texts.currency.names[self.currency[row]]

    def ids_of(self, rows: Whole) -> Iterator[str | None]:
        """Yield the ids of some rows."""
        return map(self.movement_id.__getitem__, rows.tolist())
