"""Movements of a file in arrays: a million rows as objects would not fit in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import chain
from typing import Self

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
class FileMovements:
    """Rows of a movements file in its order; ``stated_*`` are checked, never trusted.

    ``account``, ``currency``, ``product``, ``driver`` and ``attributes``, by dimension, are numbers
    in ``texts``, ``stated_kind`` places in ``MovementKind``; days and moments are those of
    `storage.store.column_types`, amounts signed minor units. A kind of `USAGE` says
    what a row is of. ``movement_id`` is None where the file leaves it open.
    A product named `NO_VALUE` says that a row is of none.
    """

    texts: FileTexts
    movement_id: Sequence[str | None]
    line: Whole
    account: Whole
    day: Whole
    amount: Whole
    currency: Whole
    product: Whole
    driver: Whole
    recorded: Whole
    stated_kind: Whole
    stated_after: Whole
    attributes: Mapping[str, Whole]

    def __len__(self) -> int:
        return len(self.movement_id)

    @classmethod
    def none(cls, texts: FileTexts) -> Self:
        """Build movements without a row."""
        return cls.of(texts, (), [np.zeros(0, np.int64)] * (len(NUMBERS) + len(texts.values)))

    @classmethod
    def of(
        cls, texts: FileTexts, movement_id: Sequence[str | None], numbers: Sequence[Whole]
    ) -> Self:
        """Build movements from the arrays that `numbers` lists."""
        own = dict(zip(NUMBERS, numbers, strict=False))
        attributes = dict(zip(texts.values, numbers[len(NUMBERS) :], strict=True))
        return cls(texts=texts, movement_id=movement_id, attributes=attributes, **own)

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
        own = [said.get(name, unstated.get(name, nothing)) for name in NUMBERS]
        values = attributes or [nothing] * len(texts.values)
        return cls.of(texts, ids or [None] * size, [*own, *values])

    @classmethod
    def keyed(cls, texts: FileTexts, keys: Sequence[str], numbers: Sequence[Whole]) -> Self:
        """Build movements from ids, empty where there is none, and the arrays of `numbers`."""
        return cls.of(texts, [key or None for key in keys], numbers)

    @property
    def keys(self) -> Sequence[str]:
        """Their ids, empty where there is none."""
        return [key or "" for key in self.movement_id]

    def numbers(self) -> list[Whole]:
        """List the arrays in the order that `of` takes."""
        return [*(getattr(self, name) for name in NUMBERS), *self.attributes.values()]

    def replaced(self, numbers: Mapping[str, Whole]) -> Self:
        """Put other arrays in the place of some."""
        own = [numbers.get(name, getattr(self, name)) for name in NUMBERS]
        return self.of(self.texts, self.movement_id, [*own, *self.attributes.values()])

    def parted(self) -> tuple[Self, Self]:
        """Part the rows of committed MRR from those of usage."""
        is_usage = self.stated_kind == USAGE
        if not is_usage.any():
            return self, self.none(self.texts)
        return self.pick(np.flatnonzero(~is_usage)), self.pick(np.flatnonzero(is_usage))

    def pick(self, rows: Whole) -> Self:
        """Keep some rows, in the order of these."""
        # The usual file is new as a whole: nothing is copied.
        if len(rows) == len(self) and bool((rows[1:] > rows[:-1]).all()):
            return self
        ids = [self.movement_id[row] for row in rows.tolist()]
        return self.of(self.texts, ids, [numbers[rows] for numbers in self.numbers()])

    @classmethod
    def joined(cls, texts: FileTexts, parts: Sequence[Self]) -> Self:
        """Join movements, one behind the other."""
        if not parts:
            return cls.none(texts)
        ids = [*chain.from_iterable(part.movement_id for part in parts)]
        columns = zip(*(part.numbers() for part in parts), strict=True)
        return cls.of(texts, ids, [np.concatenate(column) for column in columns])

    def unit(self, row: int) -> tuple[str, str]:
        """Name the account and the currency of a row."""
        texts = self.texts
        return texts.account.names[self.account[row]], texts.currency.names[self.currency[row]]

    def ids_of(self, rows: Whole) -> Iterator[str | None]:
        """Yield the ids of some rows."""
        return map(self.movement_id.__getitem__, rows.tolist())


NUMBERS = tuple(
    name.name
    for name in fields(FileMovements)
    if name.name not in ("texts", "movement_id", "attributes")
)
"""Names of the arrays that every file has."""
