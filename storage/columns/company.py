"""State of all accounts at a boundary, carried on by movements and statements, month by month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from metrics.errors import ReconciliationError
from storage.columns.account_days import (
    CurrencyChanges,
    Days,
    PauseBook,
    Truth,
    first_days,
    kinds,
    pausing,
    units,
)
from storage.columns.arrays import NEVER, Movements, Parents, Positions, Statements
from storage.columns.codec import Whole
from storage.columns.combinations import Pair, StatedAttributes
from storage.columns.placing import Boundary, Placing
from storage.columns.spreading import spread
from storage.columns.trees import Tree
from storage.store.column_types import day_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Numbers and names that arrays refer to.

    ``accounts`` is one more than the largest number of an account, ``pairs`` are dimensions and
    values by number, ``pause`` is the driver that begins a pause, if any movement has it.
    """

    accounts: int
    pairs: Sequence[Pair]
    pause: int | None


class Company:
    """Balances, first paid days, stored attributes and pauses of all accounts at a boundary.

    It begins as nobody pays, or where `resume` puts it.

    Parameters
    ----------
    parents : Parents
        All that is said of parents, at any time.
    """

    def __init__(self, positions: Positions, parents: Parents, names: Names) -> None:
        self.positions, self._parents, self._names = positions, parents, names
        self.amounts = np.zeros(len(positions), np.int64)
        self.first_paid = np.full(names.accounts, NEVER, np.int64)
        self.stated = StatedAttributes(names.pairs, names.accounts)
        self.pauses = PauseBook()
        self._own = np.zeros(names.accounts, np.int64)
        self._account = positions.account.astype(np.int64)
        currency = positions.currency
        self._has_one_currency = not currency.size or bool((currency == currency[0]).all())

    def resume(self, amounts: Whole, first_paid: Whole, pauses: PauseBook, *, day: int) -> None:
        """Begin at a boundary; what was only paid or paused from then on is not known yet."""
        self.amounts[: amounts.size] = amounts
        np.add.at(self._own, self._account, self.amounts)
        before = np.flatnonzero(first_paid < day)
        self.first_paid[before] = first_paid[before]
        self.pauses = pauses

    def account_of(self, rows: Movements) -> Whole:
        """Find the account of each movement."""
        return self._account[rows.position]

    def state(self, statements: Statements) -> None:
        """Take up statements on attributes, which are sorted by account and day."""
        self.stated.apply(statements)

    def move(self, rows: Movements, *, month: int) -> Movements:
        """Take up movements of one month, sorted by account and day; return them with their kinds.

        Decreases without a product are spread over products.
        """
        rows = spread(rows, self.amounts, self.positions)
        account, day = self._account[rows.position], rows.day.astype(np.int64) + month
        amount = rows.amount.astype(np.int64)
        kind = np.zeros(len(rows), np.int8)
        for span in self._spans(month, day):
            inside = np.flatnonzero((day >= span[0]) & (day < span[1]))
            some = rows.pick(inside)
            kind[inside] = self._follow(some, account[inside], day[inside], span)
            np.add.at(self._own, account[inside], amount[inside])
        np.add.at(self.amounts, rows.position, amount)
        return replace(rows, kind=kind)

    def places(self, day: int, placing: Placing) -> Whole:
        """Find the attribute set that each account counts under at a boundary.

        Raises
        ------
        ReconciliationError
            If a balance is below zero.
        """
        if (self.amounts < 0).any():  # of a past moment a loss can be known before its gain
            raise ReconciliationError
        own, pays = self._own, None
        if (exchange := placing.exchange) is not None:
            own, currency = np.zeros(own.size, np.int64), self.positions.currency
            worth = exchange.converted_where_known(self.amounts, currency, day_of(day))
            np.add.at(own, self._account, worth)
            rest = self.positions, day_of(day)
            pays = placing.pays(self.amounts, *rest, accounts=own.size)
        boundary = Boundary(
            day=day,
            tree=Tree.before(day, self._parents),
            own=own,
            pays=pays,
            first_paid=self.first_paid,
            stated=self.stated,
        )
        return placing.places(boundary)

    def _spans(self, month: int, day: Whole) -> Iterator[tuple[int, int]]:
        """Yield days from one to before another between which the tree does not change."""
        end = int(day.max(initial=month)) + 1
        said = self._parents.day
        cuts = {*said[(said >= month) & (said < end)].tolist()}
        yield from pairwise(sorted({month, end, *cuts, *(cut + 1 for cut in cuts)}))

    def _follow(self, rows: Movements, account: Whole, day: Whole, span: tuple[int, int]) -> Whole:
        days = Days.of(account, day, rows.amount, self._own)
        first_days(days, self.first_paid)
        opening = Tree.before(span[0], self._parents)
        closing = Tree.before(span[0] + 1, self._parents)
        firsts = closing.earliest(self.first_paid)
        days = (
            days if opening.is_flat and closing.is_flat else self._grouped(days, opening, closing)
        )
        has_pause = pausing(days, self._is_pause(rows))
        changes = self._by_currency(rows, days)
        self.pauses.follow(days, has_pause, changes)
        has_paid = firsts[days.account] < days.day
        return kinds(days, changes, has_paid=has_paid, has_pause=has_pause)[changes.row]

    def _is_pause(self, rows: Movements) -> Truth:
        if self._names.pause is None:  # compared with None, each cell would become an object
            return np.zeros(len(rows), np.bool_)
        is_pause: Truth = (rows.driver == self._names.pause) & (rows.amount < 0)
        return is_pause

    def _grouped(self, days: Days, opening: Tree, closing: Tree) -> Days:
        account = units(days, opening, closing)
        order = np.lexsort((days.day, account))
        net = (days.after - days.before)[order]
        found = Days.of(account[order], days.day[order], net, opening.rolled_up(self._own))
        place = np.empty(order.size, np.int64)
        place[order] = found.row
        return replace(found, row=place[days.row])

    def _by_currency(self, rows: Movements, days: Days) -> CurrencyChanges:
        currency = self.positions.currency
        if not self._has_one_currency:
            return CurrencyChanges.of_days(days, currency[rows.position], rows.amount)
        of, net = np.arange(days.day.size), days.after - days.before
        return CurrencyChanges(currency=currency[:1].repeat(of.size), net=net, of=of, row=days.row)
