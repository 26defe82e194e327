"""Values of one dimension that accounts count under in months, in arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from metrics.period_grammar import shift_months
from metrics.segments import NO_VALUE
from storage.columns.arrays import Statements
from storage.columns.chunks import fitted
from storage.columns.codec import Whole
from storage.columns.combinations import standing
from storage.columns.labels import read_names
from storage.columns.reading import ColumnReader
from storage.columns.standings import by_account, read_table
from storage.store.column_types import day_number


@dataclass(frozen=True, slots=True)
class SegmentCourse:
    """Values of one dimension by number, and the number that each account counts under by month."""

    values: Sequence[str]
    by_month: Sequence[Whole]


def read_segments(
    session: Session, columns: ColumnReader, dimension: str, months: Sequence[date]
) -> SegmentCourse:
    """Read the values of a dimension that every account counts under in months that follow another.

    An account that pays when a month opens has the value that it has then, any other the one that
    it has at the close; one in a group has what its group counts under. Without a value it is in
    `NO_VALUE`, which has the number 0.
    """
    names = read_names(session)
    ends = [*months, shift_months(months[-1], 1)]
    values, found = values_at(session, columns, dimension, ends)
    by_month = [
        np.where(_pays(columns, month, names.accounts), opening, closing)
        for month, (opening, closing) in zip(months, pairwise(found), strict=True)
    ]
    return SegmentCourse(values, by_month)


def values_at(
    session: Session, columns: ColumnReader, dimension: str, days: Sequence[date]
) -> tuple[Sequence[str], list[Whole]]:
    """Read the values of a dimension by number, and the number of each account at month starts.

    What counts at one was stated strictly before it. The month starts ascend.
    """
    names, table = read_names(session), read_table(session)
    held = {value for name, value in names.pairs if name == dimension and value}
    values = [NO_VALUE, *sorted(held)]
    place = {value: number for number, value in enumerate(values)}
    of_pair = [place.get(value, 0) if name == dimension else -1 for name, value in names.pairs]
    of_set = [place.get(table[each].get(dimension, NO_VALUE), 0) for each in range(len(table))]
    said = standing(columns.statements(), names.pairs)
    own = _own(said, np.array([*of_pair, -1]), names.accounts, days, size=len(values))
    sets = np.array(of_set)
    return values, [_grouped(columns, one, sets, at) for one, at in zip(own, days, strict=True)]


def _pays(columns: ColumnReader, month: date, accounts: int) -> NDArray[np.bool_]:
    """Tell of each account whether its group pays when a month opens."""
    own = by_account(columns.amounts(month), columns.positions(), accounts)
    tree = columns.tree(month)
    pays: NDArray[np.bool_] = fitted(tree.rolled_up(own), accounts) != 0
    return pays if tree.is_flat else pays[tree.roots(np.arange(accounts))]


def _own(
    said: Statements, of_pair: Whole, accounts: int, months: Sequence[date], *, size: int
) -> Iterator[Whole]:
    """Yield the numbers that accounts have by themselves."""
    rows = np.flatnonzero(of_pair[said.pair] >= 0)
    # Of one account the later day counts, and of one day what landed last.
    rows = rows[np.argsort(said.day[rows], kind="stable")]
    account, number, day = said.account[rows], of_pair[said.pair[rows]], said.day[rows]
    found, done = np.zeros(accounts, np.min_scalar_type(size)), 0
    for month in months:
        until = int(np.searchsorted(day, day_number(month)))
        found[account[done:until]] = number[done:until]
        done = until
        yield found.copy()


def _grouped(columns: ColumnReader, own: Whole, of_set: Whole, month: date) -> Whole:
    """Give all accounts of a group the number that the group counts under."""
    tree = columns.tree(month)
    if tree.is_flat:
        return own
    sets = fitted(columns.places(month), own.size)
    members = np.concatenate([tree.child, tree.root])
    root = tree.roots(members)
    counted = np.where(sets[root] > 0, of_set[sets[root]], own[root])
    found = own.copy()
    found[members] = counted
    return found
