"""Where every account stands on any day: its MRR, and the attributes that it counts under."""

from collections.abc import Callable, Hashable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

import numpy as np
from sqlmodel import Session

from metrics.attribute_table import AttributeTable
from metrics.exact_sums import sum_by
from metrics.period_grammar import months_from, shift_months
from metrics.rollup import Attributes
from storage.columns.arrays import NEVER, MonthMoves, Moves, Positions
from storage.columns.chunks import fitted
from storage.columns.codec import Whole
from storage.columns.combinations import (
    Combinations,
    StatedAttributes,
    standing,
    stored_sets,
    table_of,
)
from storage.columns.company import Names
from storage.columns.placing import Boundary, Placing
from storage.columns.reading import ColumnReader
from storage.columns.sources import ColumnSource
from storage.store.column_types import day_number

StoredPlaces = Callable[[date], Whole | None]
NewPlacing = Callable[..., Placing]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_KEPT = 4  # days that a question and its comparison rest on
_BEGINNING = day_number(date.min)


class Standings:
    """Balances, places and movements of all accounts on any days, from one source.

    Parameters
    ----------
    table : AttributeTable
        The stored combinations of attributes.
    stored : callable
        From a month start to the attribute set of each account, None where they are not stored.
    placing : callable
        From ``number``, which numbers combinations, to what places accounts on other days; None
        where nothing is asked of other days.
    placed_on : date, optional
        The day whose stored attributes accounts have, whatever day is asked about.
    """

    def __init__(
        self,
        source: ColumnSource,
        names: Names,
        *,
        table: AttributeTable,
        stored: StoredPlaces,
        placing: NewPlacing | None = None,
        placed_on: date | None = None,
    ) -> None:
        self.source, self.names, self._table = source, names, table
        self._placed_on = placed_on
        self._stored, self._new_placing = stored, placing
        self._stated = StatedAttributes(names.pairs, names.accounts)
        self._stated_until = _BEGINNING
        self._places: dict[date, Whole] = {}
        self._amounts: dict[date, Whole] = {}
        self._own: dict[date, Whole] = {}
        self._moved: dict[tuple[date, date], Moves] = {}

    def amounts(self, day: date) -> Whole:
        """Find the MRR of each position on a day, in minor units."""
        month = self._month(day)
        if day == month:
            return self.source.amounts(month)
        if day not in self._amounts:
            held, moved = self.source.amounts(month), self.movements(month, day)
            since = sum_by(moved.position, moved.amount, held.size)
            self._amounts[day] = held + since.astype(np.int64)
        return self._amounts[day]

    def own(self, day: date) -> Whole:
        """Add up the MRR of each account of its own on a day, currencies together."""
        return _recalled(
            self._own,
            day,
            lambda: by_account(self.amounts(day), self.source.positions(), self.names.accounts),
        )

    def movements(self, start: date, end: date) -> Moves:
        """Read the movements in ``[start, end)``."""
        return _recalled(
            self._moved, (start, end), lambda: Moves.joined([*self._moves(start, end)])
        )

    def months(self, start: date, end: date) -> Iterator[tuple[date, MonthMoves]]:
        """Read the movements in ``[start, end)``, a month after the other in the parts stored."""
        for month in months_from(start.replace(day=1), end):
            following = shift_months(month, 1)
            for rows in self.source.moves(month):
                is_whole = start <= month and following <= end
                yield month, rows if is_whole else _between(rows, start - month, end - month)

    def places(self, day: date) -> Whole:
        """Find the attribute set of each account on a day; accounts that have 0 may be missing."""
        if day not in self._places:
            stored = self._stored(day) if self._placed_on is None else None
            self._places[day] = self._placed(day) if stored is None else stored
        return self._places[day]

    def stated(self, day: date) -> StatedAttributes:
        """Find the stored attributes of each account on a day."""
        day = self._placed_on or day
        said, month, until = self.source.statements(), self._month(day), day_number(day)
        if until == self._stated_until:
            return self._stated
        stored, since = self._stored(month), self._stated_until
        if stored is not None or since > until:  # else it goes on from the day asked about before
            self._stated.held[:] = 0  # the numbers of combinations stand
            since = _BEGINNING
        if stored is not None:
            since = day_number(month)
            self._stated.resume(stored, self._table, said, self.source.parents(), day=since)
        is_next = (said.day >= since) & (said.day < until)
        self._stated.apply(said.pick(np.flatnonzero(is_next)))
        self._stated_until = until
        return self._stated

    def with_stated(self, sets: Whole, accounts: Whole, day: date) -> Whole:
        """Fill in what is stated on a day of those of some accounts that have no attribute set."""
        day, lacking = self._placed_on or day, accounts[sets[accounts] == 0]
        said, pairs = self.source.statements(), self.names.pairs
        starts = np.searchsorted(said.account, lacking)  # they are sorted by account and day
        ends = np.searchsorted(said.account, lacking, side="right")
        stated: dict[int, Attributes] = {}
        for account, start, end in zip(
            *(each.tolist() for each in (lacking, starts, ends)), strict=True
        ):
            own = said.pick(slice(start, end))
            own = standing(own.pick(np.flatnonzero(own.day < day_number(day))), pairs)
            if len(own):
                stated[account] = dict(pairs[number] for number in own.pair.tolist())
        filled = sets.copy() if stated else sets
        for account, attributes in stated.items():
            filled[account] = self.combinations.number(attributes)
        return filled

    @property
    def table(self) -> AttributeTable:
        """The combinations that attribute sets number: placing on a free day can add some."""
        return self.combinations.table() if "combinations" in vars(self) else self._table

    @cached_property
    def combinations(self) -> Combinations:
        """The numbers of combinations; new ones are of this session alone."""
        return Combinations(self._table)

    def first_paid(self) -> Whole:
        """Read the first day that each account closed with MRR, every account's."""
        return fitted(self.source.first_paid(), self.names.accounts, fill=NEVER)

    @cached_property
    def _placing(self) -> Placing:
        if self._new_placing is None:
            raise LookupError("places are stored at month starts alone")
        placing = self._new_placing(number=self.combinations.number)
        placing.learn(self._table, self._stated.combinations)
        return placing

    def _placed(self, day: date) -> Whole:
        positions = self.source.positions()
        held, accounts = self.amounts(day), self.names.accounts
        own = self.own(day)
        if (exchange := self._placing.exchange) is not None:
            worth = exchange.converted_where_known(held, positions.currency, day)
            own = by_account(worth, positions, accounts)
        return self._placing.places(
            Boundary(
                day=day_number(day),
                tree=self.source.tree(day),
                own=own,
                pays=self._placing.pays(held, positions, day, accounts=accounts),
                first_paid=self.first_paid(),
                stated=self.stated(day),
            )
        )

    def _moves(self, start: date, end: date) -> Iterator[Moves]:
        for month, rows in self.months(start, end):
            yield Moves(
                position=rows.position,
                day=rows.day.astype(np.int32) + day_number(month),
                amount=rows.amount,
                kind=rows.kind,
                driver=rows.driver,
            )

    def _month(self, day: date) -> date:
        return min(day.replace(day=1), self.source.built_through)


def _between(rows: MonthMoves, first: timedelta, last: timedelta) -> MonthMoves:
    return rows.pick(np.flatnonzero((rows.day >= first.days) & (rows.day < last.days)))


def month_standings(stored: ColumnReader, names: Names, table: AttributeTable) -> Standings:
    """Build the standings at the month starts that are stored."""
    return Standings(stored, names, table=table, stored=stored.places)


def read_table(session: Session) -> AttributeTable:
    """Read every stored combination of attributes."""
    return table_of(stored_sets(session))


def by_account(amounts: Whole, positions: Positions, accounts: int) -> Whole:
    """Add up the amounts of positions by account."""
    if positions.are_accounts and amounts.size == accounts:
        return amounts
    if positions.is_one_each:
        found = np.zeros(accounts, amounts.dtype)
        found[positions.owner] = amounts
        return found
    return sum_by(positions.owner, amounts, accounts).astype(np.int64)


def _recalled(known: dict[K, V], key: K, work: Callable[[], V]) -> V:
    """Keep the newest few results: windows of many years go through one `Standings`."""
    if key not in known:
        known[key] = work()
        if len(known) > _KEPT:
            del known[next(iter(known))]
    return known[key]
