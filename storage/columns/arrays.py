"""Shapes of the columns in memory: arrays of equal length that belong together."""

from dataclasses import dataclass, fields, replace
from functools import cache, cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from storage.columns.codec import Whole

CHUNK = 65_536
"""Positions, or accounts, whose cells are one row of a table."""
NONE = -1
"""Number of a product, driver or parent that is not stated."""
STATED = 3
"""Mark in ``spread`` of a movement that is stated to be of no product: it is never spread."""
NEVER = 2**31 - 1
"""The day of what has not happened."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays of equal length, to be picked from and joined together."""

    @classmethod
    @cache
    def names(cls) -> tuple[str, ...]:
        """List the columns."""
        return tuple(field.name for field in fields(cls))

    def __len__(self) -> int:
        return int(getattr(self, self.names()[0]).size)

    def pick(self, rows: Whole | NDArray[np.bool_] | slice) -> Self:
        """Keep some rows, in the order of these."""
        return type(self)(**{name: getattr(self, name)[rows] for name in self.names()})

    @classmethod
    def none(cls) -> Self:
        """Build columns without a row."""
        return cls(**{name: np.zeros(0, np.int64) for name in cls.names()})

    @classmethod
    def joined(cls, parts: "list[Self]") -> Self:
        """Join columns, one behind the other."""
        if len(parts) == 1:  # the usual company fits in one chunk: nothing is copied
            return parts[0]
        whole = {name: [getattr(part, name) for part in parts] for name in cls.names()}
        if not parts:
            return cls.none()
        return cls(**{name: np.concatenate(cells) for name, cells in whole.items()})


@dataclass(frozen=True, kw_only=True)
class Positions(Columns):
    """The identity of each position, by its number: account, product or `NONE`, currency."""

    account: Whole
    product: Whole
    currency: Whole

    @classmethod
    def of(cls, stored: Self) -> Self:
        """Build positions from what `stored` made of them."""
        return replace(stored, account=np.arange(len(stored), dtype=np.int32) + stored.account)

    def stored(self) -> Self:
        """Take each account as the distance from its position's number: in most ledgers all 0."""
        return replace(self, account=self.account - np.arange(len(self)))

    @cached_property
    def owner(self) -> Whole:
        """The account of each, as wide as indexes are: numpy is several times faster with these."""
        return self.account.astype(np.intp)

    @cached_property
    def are_accounts(self) -> bool:
        """Whether each account has one position, of its own number."""
        return np.array_equal(self.account, np.arange(len(self), dtype=self.account.dtype))

    @cached_property
    def is_one_each(self) -> bool:
        """Whether no account has more than one position."""
        return self.are_accounts or bool(np.bincount(self.owner, minlength=1).max() <= 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthMoves(Columns):
    """One month's movements by account and day; on one day as they landed.

    ``day`` counts from the month's first, which is 0. ``amount`` is in signed minor units. ``kind``
    is the place in ``MovementKind`` of what the whole day was for the topmost account; where its
    movements of that day and currency come to nothing, ``unchanged``. ``driver`` is `NONE` where
    none is stated.
    """

    position: Whole
    day: Whole
    amount: Whole
    kind: Whole
    driver: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Movements(MonthMoves):
    """One month's movements with all that is stored of them.

    ``spread`` is 0 for a row as the ledger has it, 1 for the first part of a decrease that was
    spread over products, 2 for its other parts, `STATED` for one of no product. ``recorded`` is in
    microseconds.
    """

    spread: Whole
    recorded: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves(Columns):
    """Movements of any days, as `MonthMoves` has them; ``day`` counts from 1970-01-01."""

    position: Whole
    day: Whole
    amount: Whole
    kind: Whole
    driver: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMovements(Columns):
    """Movements in the order of the ledger; ``day`` counts from 1970-01-01.

    ``product`` is `NONE` where none is stated, ``OF_NONE`` where it is stated to be none.
    """

    account: Whole
    product: Whole
    currency: Whole
    day: Whole
    amount: Whole
    driver: Whole
    recorded: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements(Columns):
    """Statements on attributes by account and day; on one day as they landed, the last counts.

    ``day`` counts from 1970-01-01, ``pair`` is a number in the table of dimension values,
    ``recorded`` is in microseconds.
    """

    account: Whole
    day: Whole
    pair: Whole
    recorded: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Parents(Columns):
    """Statements on parents by account and day; `NONE` makes an account a topmost one again."""

    account: Whole
    day: Whole
    parent: Whole
    recorded: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseSpells(Columns):
    """Pauses of topmost accounts, by account and day, with a row for each currency that was lost.

    ``paused_on`` is the day on which a pause took an account to nothing, ``before`` the MRR that it
    had, ``back_on`` the next day on which it gained some: `NEVER` if there is none.
    """

    account: Whole
    currency: Whole
    paused_on: Whole
    before: Whole
    back_on: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSums:
    """A period's sums by attribute set.

    ``sums`` has one row for each of ``attribute_set``, with the ten cells of `metrics.rollup.Sums`.
    """

    attribute_set: Whole
    sums: Whole
