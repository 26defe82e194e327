"""Sweep of the ledger, or of its rows since a month start, from one boundary date to the next."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import repeat

import numpy as np
from sqlmodel import Session

from metrics.errors import ReconciliationError
from metrics.segments import DerivedDimension
from metrics.tier_codes import Days, Whole
from storage.balances.attribute_sets import Combinations, read_attribute_sets
from storage.balances.columns import (
    Excerpt,
    MovementColumns,
    StatementColumns,
    StoredMonth,
    read_children,
    read_month,
    read_movements,
    read_statements,
)

_DERIVED = frozenset(DerivedDimension)
_NOBODY = StoredMonth(
    [], np.array([], np.int64), np.array([], "datetime64[D]"), np.array([], np.int64)
)


@dataclass(frozen=True, slots=True)
class Balances:
    """Every balance above zero on a date, in columns of equal length and in order of account.

    ``rows`` are places in the sweep's accounts, ``combinations`` numbers of stored attributes.
    """

    day: date
    rows: Whole
    mrr_minor: Whole
    combinations: Whole


class BalanceSweep:
    """Topmost accounts in order, the first day that each paid, and its balance at any boundary.

    Parameters
    ----------
    movements, statements : MovementColumns, StatementColumns
        Changes to the balances that the sweep begins with.
    roots : mapping of str to str
        The topmost account of each account that is not one itself.
    start : StoredMonth
        Balances to begin with; ``attribute_sets`` are numbers in ``combinations``.
    """

    def __init__(
        self,
        movements: MovementColumns,
        statements: StatementColumns,
        *,
        roots: dict[str, str],
        start: StoredMonth = _NOBODY,
        combinations: Combinations | None = None,
    ) -> None:
        self.combinations = combinations or Combinations()
        owners = [roots.get(account, account) for account in movements.accounts]
        self.accounts = np.array(sorted({*owners, *start.accounts}), dtype=object)
        self._places = {account: place for place, account in enumerate(self.accounts)}
        carried = self.places(start.accounts)
        self._mrr = np.zeros(self.accounts.size, np.int64)
        self._mrr[carried] = start.mrr_minor
        self._held = np.zeros(self.accounts.size, np.int64)
        self._held[carried] = start.attribute_sets

        rows = np.repeat(self.places(owners), movements.counts)
        self.first_paid_on = _first_paid_on(rows, movements, accounts=self.accounts.size)
        self.first_paid_on[carried] = start.first_paid_on
        order = np.argsort(movements.days, kind="stable")  # for a binary search at each boundary
        self._rows, self._days = rows[order], movements.days[order]
        self._amounts = movements.amounts[order]

        said = self.places(statements.accounts)
        kept = np.flatnonzero(said >= 0)  # children and accounts without movements have none
        self._said_of, self._said_on = said[kept], statements.days[kept]
        self._said = _Vocabulary(self.combinations, [statements.values[n] for n in kept])

    def places(self, accounts: Iterable[str]) -> Whole:
        """Return the indexes of accounts; -1 for those that the sweep does not know."""
        return np.fromiter(map(self._places.get, accounts, repeat(-1)), np.int64)

    def at(self, days: Iterable[date]) -> Iterator[Balances]:
        """Yield the balances on each of ``days``, which ascend.

        Movements and statements on attributes count strictly before a day.

        Raises
        ------
        ReconciliationError
            If a balance is below zero.
        """
        mrr, held = self._mrr.copy(), self._held.copy()
        moved, stated = 0, 0
        for day in days:
            on = np.datetime64(day)
            before = slice(moved, moved := int(np.searchsorted(self._days, on)))
            # Not mrr[rows] +=, which would add only the last of several movements of an account.
            np.add.at(mrr, self._rows[before], self._amounts[before])
            known = slice(stated, stated := int(np.searchsorted(self._said_on, on)))
            self._said.apply(held, self._said_of[known], known)
            if (mrr < 0).any():  # of a past moment, a loss can be known before the gain it ate
                raise ReconciliationError
            rows = np.flatnonzero(mrr)
            yield Balances(day, rows, mrr[rows], held[rows])


class _Vocabulary:
    """Values that statements set, numbered, and the combination that each makes of another."""

    def __init__(self, combinations: Combinations, values: list[tuple[str, str]]) -> None:
        self._combinations = combinations
        numbers: dict[tuple[str, str], int] = {}
        self._said = np.array([numbers.setdefault(pair, len(numbers)) for pair in values], np.int64)
        self._pairs = list(numbers)
        self._after: dict[tuple[int, int], int] = {}

    def apply(self, held: Whole, rows: Whole, stated: slice) -> None:
        """Change the combinations that accounts hold; of one account the last statement counts."""
        order = np.argsort(rows, kind="stable")
        rows, said = rows[order], self._said[stated][order]
        while rows.size:  # once for nearly all accounts, again for those with more statements
            is_first = np.append(True, rows[1:] != rows[:-1])
            some = rows[is_first]
            steps = held[some] * len(self._pairs) + said[is_first]
            distinct, inverse = np.unique(steps, return_inverse=True)
            after = [self._step(*divmod(step, len(self._pairs))) for step in distinct.tolist()]
            held[some] = np.array(after, np.int64)[inverse]
            rows, said = rows[~is_first], said[~is_first]

    def _step(self, number: int, said: int) -> int:
        if (number, said) not in self._after:
            dimension, value = self._pairs[said]
            attributes = {**self._combinations[number], dimension: value}
            self._after[number, said] = self._combinations.number(attributes)
        return self._after[number, said]


def sweep_ledger(
    session: Session,
    *,
    roots: Collection[str] | None = None,
    until: date | None = None,
    as_of: datetime | None = None,
) -> BalanceSweep:
    """Sweep the ledger of some topmost accounts, of all when left out, from its beginning.

    Parameters
    ----------
    until : date, optional
        The last boundary that will be asked about.
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    """
    above = read_children(session)
    accounts = None if roots is None else _below(roots, above)
    excerpt = Excerpt(accounts=accounts, until=until, as_of=as_of)
    return BalanceSweep(
        read_movements(session, excerpt), read_statements(session, excerpt), roots=above
    )


def sweep_since(session: Session, month: date, *, until: date) -> BalanceSweep:
    """Sweep from a month start whose balances are stored to a boundary after it."""
    start, above = read_month(session, month), read_children(session)
    since = read_movements(session, Excerpt(since=month, until=until))
    owners = {above.get(account, account) for account in since.accounts}
    # They pay since and did not then: no balance of theirs is stored, so theirs is read in full.
    beginners = _below(owners.difference(start.accounts), above)
    before = Excerpt(accounts=beginners, until=month)
    combinations = Combinations()
    return BalanceSweep(
        _both(read_movements(session, before), since),
        _said_by_turns(
            read_statements(session, before),
            read_statements(session, Excerpt(since=month, until=until)),
        ),
        roots=above,
        start=_without_derived(session, start, combinations),
        combinations=combinations,
    )


def _first_paid_on(rows: Whole, movements: MovementColumns, *, accounts: int) -> Days:
    """Find the first day that each account closed with MRR; NaT for those that never did."""
    order = np.lexsort((movements.days, rows))
    rows, days, amounts = rows[order], movements.days[order], movements.amounts[order]
    is_last = np.ones(rows.size, np.bool_)
    is_last[:-1] = rows[1:] != rows[:-1]
    closes = is_last.copy()
    closes[:-1] |= days[1:] != days[:-1]
    lasts = np.flatnonzero(is_last)
    carried = np.cumsum(amounts)  # may run over and back: each account's own part is right
    earlier = np.append(0, carried[lasts])[:-1]
    own = carried - np.repeat(earlier, np.diff(np.append(-1, lasts)))
    paid = closes & (own > 0)
    payers, firsts = np.unique(rows[paid], return_index=True)
    found = np.full(accounts, np.datetime64("NaT", "D"))
    found[payers] = days[paid][firsts]
    return found


def _below(roots: Collection[str], above: dict[str, str]) -> set[str]:
    wanted = set(roots)
    return wanted | {account for account, root in above.items() if root in wanted}


def _both(one: MovementColumns, other: MovementColumns) -> MovementColumns:
    return MovementColumns(
        one.accounts + other.accounts,
        np.concatenate((one.counts, other.counts)),
        np.concatenate((one.days, other.days)),
        np.concatenate((one.amounts, other.amounts)),
    )


def _said_by_turns(one: StatementColumns, other: StatementColumns) -> StatementColumns:
    return StatementColumns(
        one.accounts + other.accounts,
        np.concatenate((one.days, other.days)),
        one.values + other.values,
    )


def _without_derived(
    session: Session, month: StoredMonth, combinations: Combinations
) -> StoredMonth:
    # Derived values change with the day: the numbering of the next boundary adds them again.
    sets = read_attribute_sets(session)
    distinct, inverse = np.unique(month.attribute_sets, return_inverse=True)
    numbers = [
        combinations.number({dim: v for dim, v in sets[number].items() if dim not in _DERIVED})
        for number in distinct.tolist()
    ]
    return replace(month, attribute_sets=np.array(numbers, np.int64)[inverse])
