"""Combinations of attributes: numbered, stored once, and changed by statements in arrays."""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from sqlalchemy import Text, cast, func, select
from sqlmodel import Session, col

from metrics.attribute_table import AttributeTable
from metrics.rollup import Attributes
from metrics.runs import begins, ends
from metrics.segments import DerivedDimension
from storage.columns.arrays import Parents, Statements
from storage.columns.codec import Whole
from storage.columns.dimension_values import NOTHING_SAID
from storage.store.prepared import OpeningBatch, Prepared
from storage.store.statements import write_rows
from storage.tables.ledger import AttributeSet

Pair = tuple[str, str]
_SETS = Prepared(  # joined: that many rows take three times as long to be handed over
    select(
        func.aggregate_strings(cast(col(AttributeSet.id), Text), ","),
        func.aggregate_strings(col(AttributeSet.values_json), "\n"),
    ),
    batch=OpeningBatch.NEW_ANSWER,
)
_DERIVED = frozenset(DerivedDimension)
_NO_ATTRIBUTES = AttributeTable([MappingProxyType({})])
_SPARSE = 8  # cells of a table for each number that is looked up


StoredSets = tuple[str, str]
"""Stored combinations: their numbers with commas between, and their attributes as lines of JSON."""


def stored_sets(session: Session) -> StoredSets:
    """Read every stored combination as it is stored."""
    [(numbers, values)] = _SETS.rows(session)
    return numbers or "", values or ""


def read_attribute_sets(session: Session) -> dict[int, Attributes]:
    """Read every stored combination by its number; 0 is to have no attribute."""
    return _by_number(stored_sets(session))


@lru_cache(maxsize=8)  # new data seldom brings a new combination
def table_of(stored: StoredSets) -> AttributeTable:
    """Build the table of stored combinations; equal ones share what is looked up in it."""
    sets = _by_number(stored)
    return AttributeTable([sets.get(number, {}) for number in range(max(sets) + 1)])


def _by_number(stored: StoredSets) -> dict[int, Attributes]:
    numbers, values = stored
    every = zip(map(int, filter(None, numbers.split(","))), values.split("\n"), strict=False)
    return {0: MappingProxyType({})} | {number: _parsed(own) for number, own in every}


@lru_cache(maxsize=2**14)  # parsed once for all threads: new data brings few new ones
def _parsed(values: str) -> Attributes:
    return MappingProxyType(json.loads(values))


class Combinations:
    """Numbers combinations of attributes, equal ones alike; 0 is to have none.

    Parameters
    ----------
    table : AttributeTable
        Combinations that have their numbers already.
    """

    def __init__(self, table: AttributeTable = _NO_ATTRIBUTES) -> None:
        self._table, numbers = table, range(len(table))
        self._known = {number: table[number] for number in numbers}
        # As sets of pairs, so that it does not matter in which order attributes were set. They are
        # made once for all who share the table; of equal ones the first counts.
        self._numbers = {table.pairs(number): number for number in reversed(numbers)}
        self._last = len(table) - 1

    def __getitem__(self, number: int) -> Attributes:
        return self._known[number]

    def number(self, attributes: Attributes) -> int:
        """Find the number of a combination, a new one if it never occurred."""
        number = self._numbers.setdefault(frozenset(attributes.items()), self._last + 1)
        if number > self._last:
            self._last = number
            self._known[number] = MappingProxyType(dict(attributes))
        return number

    def table(self) -> AttributeTable:
        """Find the table of all that are numbered by now, the given one where none is new."""
        if len(self._table) <= self._last:
            self._table = AttributeTable([*self._known.values()])
        return self._table


class StoredCombinations(Combinations):
    """Numbers of stored combinations within one session; `flush` stores the new ones."""

    def __init__(self, session: Session) -> None:
        super().__init__(table_of(stored_sets(session)))
        self._session = session
        self._saved = self._last  # the one writer numbers, not the database

    def flush(self) -> None:
        """Store the combinations that are new."""
        numbers = range(self._saved + 1, self._last + 1)
        new = [(number, _text(self._known[number])) for number in numbers]
        statement = 'INSERT INTO attribute_set (id, "values") VALUES (?, ?)'
        write_rows(self._session, statement, new)
        self._saved = self._last


class StatedAttributes:
    """The stored attributes of each account by its number, as statements change them.

    Parameters
    ----------
    pairs : sequence of dimension and value
        By the numbers that statements name them by.
    accounts : int
        One more than the largest number of an account.
    """

    def __init__(self, pairs: Sequence[Pair], accounts: int) -> None:
        self.combinations = Combinations()
        self.held = np.zeros(accounts, np.int64)
        self._pairs = pairs
        self._after: dict[int, int] = {}

    def resume(
        self,
        places: Whole,
        table: AttributeTable,
        statements: Statements,
        parents: Parents,
        *,
        day: int,
    ) -> None:
        """Begin with the attribute sets of accounts at a month start, and what they rest on."""
        # Who has a place has its stored attributes in it, unless some are those of another account.
        own = places.copy()
        related = np.concatenate([parents.account, parents.parent])
        own[related[(related >= 0) & (related < own.size)]] = 0
        self._take(own, table)
        is_open = (self.held == 0).take(statements.account)
        self.apply(statements.pick(np.flatnonzero(is_open & (statements.day < day))))

    def _take(self, places: Whole, table: AttributeTable) -> None:
        rests, of_each = table.without(_DERIVED)
        numbers = np.array([self.combinations.number(rest) for rest in rests], np.int64)
        self.held[: places.size] = numbers[of_each].take(places)

    def apply(self, statements: Statements) -> None:
        """Take up statements by account and day: of one dimension the last counts."""
        statements = standing(statements, self._pairs)
        account, pair = statements.account.astype(np.int64), statements.pair.astype(np.int64)
        order = np.argsort(account, kind="stable")
        account, pair = account[order], pair[order]
        while account.size:  # once for nearly all accounts, again for those with more statements
            is_first = begins(account)
            some = account[is_first]
            steps = self.held[some] * len(self._pairs) + pair[is_first]
            self.held[some] = mapped(steps, self._step)
            account, pair = account[~is_first], pair[~is_first]

    def _step(self, step: int) -> int:
        if step not in self._after:
            number, pair = divmod(step, len(self._pairs))
            dimension, value = self._pairs[pair]
            attributes = {**self.combinations[number], dimension: value}
            self._after[step] = self.combinations.number(attributes)
        return self._after[step]


def standing(statements: Statements, pairs: Sequence[Pair]) -> Statements:
    """Drop what was taken back: there it is as if nothing had been said from that day on.

    Parameters
    ----------
    statements : Statements
        By account and day, all that were made of a day.
    pairs : sequence of dimension and value
        By the numbers that statements name them by.
    """
    back = [number for number, (_, value) in enumerate(pairs) if value == NOTHING_SAID]
    if not back or not np.isin(statements.pair, back).any():
        return statements
    names = {name: number for number, (name, _) in enumerate(pairs)}
    dimension = np.array([names[name] for name, _ in pairs], np.int64)[statements.pair]
    order = np.lexsort((statements.day, statements.account, dimension))
    is_last = ends(statements.day[order], statements.account[order], dimension[order])
    stands = np.zeros(order.size, bool)
    stands[order] = is_last & ~np.isin(statements.pair[order], back)
    return statements.pick(np.flatnonzero(stands))


def mapped(numbers: Whole, work: Callable[[int], int]) -> Whole:
    """Map numbers from 0 on by what is asked once for each distinct one, in ascending order."""
    if int(numbers.max(initial=0)) > _SPARSE * numbers.size:  # a table would be mostly empty
        distinct, inverse = np.unique(numbers, return_inverse=True)
        return np.array([*map(work, distinct.tolist())], np.int64)[inverse]
    counts = np.bincount(numbers, minlength=1)
    table, distinct = np.zeros(counts.size, np.int64), np.flatnonzero(counts)
    table[distinct] = [*map(work, distinct.tolist())]
    return table.take(numbers)


def _text(attributes: Attributes) -> str:
    return json.dumps(dict(attributes), sort_keys=True, ensure_ascii=False)
