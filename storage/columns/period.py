"""All accounts between two days, in arrays by the number of the topmost account."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from metrics.attribute_table import AttributeTable
from metrics.exact_sums import total_of
from metrics.pauses import LONGEST_DAYS
from metrics.period_columns import TwoEnds, add_up
from metrics.period_grammar import months_from, shift_months
from metrics.period_sums import PeriodSums
from metrics.product_sums import ProductEnds
from metrics.rollup import Scope
from storage.columns.arrays import NEVER, NONE, PauseSpells
from storage.columns.chunks import fitted
from storage.columns.codec import Whole
from storage.columns.exchange import Exchange
from storage.columns.labels import read_names
from storage.columns.pauses import pauses_by_unit
from storage.columns.reading import ColumnReader
from storage.columns.standings import Standings, by_account, month_standings, read_table
from storage.columns.trees import Tree
from storage.store.column_types import day_number

Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Pauses that became too long in a period: whose, and the MRR of each before."""

    unit: Whole
    before: Whole


class Bridge:
    """Balances, places and pauses of all topmost accounts at the two ends of ``[start, end)``.

    An account that pays when the period opens counts under its topmost account of then, any other
    under that of the close: to be put under another account is no loss.
    """

    def __init__(
        self, standings: Standings, start: date, end: date, *, exchange: Exchange | None = None
    ) -> None:
        self._standings, self._source = standings, standings.source
        self.start, self.end, self.exchange = start, end, exchange
        self._accounts = standings.names.accounts
        self.product: int | None = None  # its place, where the balances are those of one alone
        self.is_without_product = False
        self.whole: Bridge | None = None
        self._require_rates()
        own = (self._own(start), self._own(end))
        self.root = self._roots(own[0])
        self.opening, self.closing = (self._rolled_up(amounts) for amounts in own)

    @cached_property
    def opening_sets(self) -> Whole:
        """The attribute set of each account when the period opens."""
        return fitted(self._standings.places(self.start), self._accounts)

    @cached_property
    def closing_sets(self) -> Whole:
        """The attribute set of each account at the close."""
        return fitted(self._standings.places(self.end), self._accounts)

    @property
    def opening_table(self) -> AttributeTable:
        """The combinations that those of the opening are among; nothing is placed at the close."""
        _ = self.opening_sets  # placing on a free day can add some
        return self._standings.table

    @cached_property
    def table(self) -> AttributeTable:
        """The combinations that attribute sets number."""
        _ = self.opening_sets, self.closing_sets  # placing on a free day can add some
        return self._standings.table

    @cached_property
    def ends(self) -> TwoEnds:
        """The balances as sums are made of them.

        Raises
        ------
        ReconciliationError
            If a balance is below zero.
        """
        return TwoEnds(
            opening=self.opening,
            closing=self.closing,
            opening_sets=self.opening_sets,
            closing_sets=self.closing_sets,
            is_known=self._is_known(),
            paused=self.staying,
            resumed=self._resumed(),
            closing_then=(
                None
                if self._closing_then is None
                else self._rolled_up(self._by_account(self._closing_then))
            ),
        )

    @property
    def closing_tree(self) -> Tree:
        """Which topmost account each account is below at the close."""
        return self._source.tree(self.end)

    def products(self, *, count: int) -> ProductEnds:
        """Find the balances of each product of the topmost accounts.

        Parameters
        ----------
        count : int
            How many products there are; that is also the place of none.
        """
        positions = self._source.positions()
        product = np.where(positions.product == NONE, count, positions.product)
        amounts = [self.worth(amounts) for amounts in self._raw()]
        if self._closing_then is not None:
            amounts.append(self._closing_then)
        unit = self.units(positions.account).astype(np.int64)
        return ProductEnds.of(unit, product.astype(np.int64), *amounts, products=count + 1)

    def of_product(self, place: int, *, count: int) -> "Bridge":
        """Take the balances of one product alone, with the accounts that count in the period.

        Parameters
        ----------
        place : int
            The product's among ``count``, or that for none.
        """
        rows, found = self.products(count=count), copy(self)
        own = np.flatnonzero(rows.product == place)
        found.opening, found.closing = (np.zeros(self._accounts, np.int64) for _ in range(2))
        found.opening[rows.unit[own]] = rows.opening[own]
        found.closing[rows.unit[own]] = rows.closing[own]
        found.product, found.whole = place, self
        found.is_without_product = place == count
        vars(found).pop("ends", None)
        vars(found)["paused"] = self.paused
        return found

    @property
    def counted_sets(self) -> Whole:
        """The attribute set that each account counts under."""
        return (self.whole or self).ends.sets()

    @property
    def staying(self) -> Whole:
        """Topmost accounts whose loss of all MRR is contraction."""
        if self.whole is None:
            return self.paused
        stays = self.whole.closing != 0
        stays[self.paused] = True
        return np.flatnonzero((self.opening != 0) & (self.closing == 0) & stays)

    def worth(self, amounts: Whole) -> Whole:
        """Convert an amount of each position at the rates of the day that the period opens."""
        if self.exchange is None:
            return amounts
        return self.exchange.converted(amounts, self._source.positions().currency, self.start)

    def raw_totals(self) -> tuple[dict[int, int], dict[int, int]]:
        """Add up all positions at the two ends by the number of their currency, as they are."""
        currency = self._source.positions().currency
        opening, closing = (
            {
                number: total_of(amounts[currency == number])
                for number in np.unique(currency).tolist()
            }
            for amounts in self._raw()
        )
        return opening, closing

    def payers_by_currency(self, scope: Scope) -> list[int]:
        """Count the topmost accounts of a scope that pay in each currency at the close."""
        currency, paid = self._source.positions().currency, self._raw()[1] != 0
        unit = self.units(self._source.positions().account)
        paid &= self.table.inside(scope).take(self.counted_sets)[unit]
        return [
            np.unique(unit[paid & (currency == number)]).size
            for number in np.unique(currency[paid]).tolist()
        ]

    def sums(self) -> PeriodSums:
        """Add the period up by attributes."""
        table = self.table
        sums = add_up(self.ends, sets=len(table))
        return PeriodSums(table=table, sums=sums, closing_total=total_of(self.closing))

    def cohort(self) -> tuple[int, int]:
        """Add up the opening base, and what it pays at the close."""
        return total_of(self.opening), total_of(self.closing[self.opening != 0])

    def unit(self, account: int) -> int:
        """Find the number of the topmost account under which an account counts."""
        if self.root is None or account >= self._accounts:
            return account
        return int(self.root[account])

    def balances(self, unit: int) -> tuple[int, int]:
        """Look up what a topmost account pays at the two ends; nothing if it is not here yet."""
        if unit >= self._accounts:
            return 0, 0
        return int(self.opening[unit]), int(self.closing[unit])

    def gains(
        self, positions: Whole, currency: Whole, moved: tuple[Whole, Whole]
    ) -> tuple[Whole, Whole]:
        """Work out what positions would be worth more at the two ends.

        Parameters
        ----------
        positions, currency : array of whole numbers
            The number of each, `NONE` for one that is not here yet, and that of its currency.
        moved : pair of arrays
            What it would have more at each end, in minor units of that currency.

        Raises
        ------
        MissingRateError
            If a currency with an amount has no rate on the day that the period opens.
        """
        exchange, found = self.exchange, moved
        if exchange is not None:
            held = [np.append(amounts, 0)[positions] for amounts in self._raw()]  # `NONE`: the 0
            pairs = zip(held, moved, strict=True)
            opening, closing = (
                exchange.converted(was + more, currency, self.start)
                - exchange.converted(was, currency, self.start)
                for was, more in pairs
            )
            found = opening, closing
        return found

    def largest_at_close(self, units: Whole) -> Whole:
        """Find, of those that count under each of some accounts, the one that pays the most then.

        Of equal ones the lowest number.
        """
        if self.root is None:
            return units
        own, largest = self._own(self.end), np.arange(self._accounts)
        ascending = np.lexsort((-largest, own))
        largest[self.root[ascending]] = ascending  # of several places the last one stays
        return largest[units]

    def base(self, scope: Scope = ()) -> Whole:
        """Find the numbers of the topmost accounts in a scope's opening base."""
        is_inside = self.opening != 0
        if scope:
            is_inside &= self.inside(scope)
        return np.flatnonzero(is_inside)

    def inside(self, scope: Scope) -> Truth:
        """Tell which accounts are in a scope when the period opens."""
        inside: Truth = self.opening_table.inside(scope).take(self.opening_sets)
        return inside

    def measured(self, scope: Scope = ()) -> Whole:
        """Find the topmost accounts whose two ends come to a scope's retention.

        They are its opening base, and of a product also those to whom it was cross-sold.
        """
        base = self.base(scope)
        if self.whole is None:
            return base
        sold = self.cross_sold & self.inside(scope)
        return np.concatenate([base, np.flatnonzero(sold)])

    @property
    def cross_sold(self) -> Truth:
        """Which topmost accounts that pay at the opening pay for a product that they had not."""
        whole = self.whole or self
        sold: Truth = (self.opening == 0) & (self.closing != 0) & (whole.opening != 0)
        return sold

    @cached_property
    def paused(self) -> Whole:
        """Topmost accounts of the opening base that have only paused at the close."""
        pauses, end = self._pauses, day_number(self.end)
        is_open = (pauses.paused_on < end) & (pauses.back_on >= end)
        in_time = is_open & (end - pauses.paused_on.astype(np.int64) <= LONGEST_DAYS)
        units: Whole = np.unique(pauses.account[in_time])  # in most ledgers nobody: asked first
        found: Whole = units[(self.opening[units] != 0) & (self.closing[units] == 0)]
        return found

    def lapsed(self) -> Lapsed:
        """Find the pauses that became too long in the period; their accounts pay at neither end."""
        pauses, start, end = self._pauses, day_number(self.start), day_number(self.end)
        paused_on, units = pauses.paused_on.astype(np.int64), pauses.account
        is_same = (paused_on < start) & (pauses.back_on >= end)
        became = (start - paused_on <= LONGEST_DAYS) & (end - paused_on > LONGEST_DAYS)
        is_out = (self.opening[units] == 0) & (self.closing[units] == 0)
        rows = np.flatnonzero(is_same & became & is_out)
        before = pauses.before[rows]
        if self.exchange is not None:
            before = self.exchange.converted(before, pauses.currency[rows], self.start)
        return Lapsed(units[rows], before)

    @cached_property
    def _pauses(self) -> PauseSpells:
        return pauses_by_unit(self._standings, self.root, self.start, self.end)

    def _resumed(self) -> Whole:
        pauses, start, end = self._pauses, day_number(self.start), day_number(self.end)
        paused_on, back_on = pauses.paused_on.astype(np.int64), pauses.back_on.astype(np.int64)
        is_back = (paused_on < start) & (back_on >= start) & (back_on < end)
        in_time = is_back & (back_on - paused_on <= LONGEST_DAYS)
        units = np.unique(pauses.account[in_time])
        resumed: Whole = units[(self.opening[units] == 0) & (self.closing[units] != 0)]
        return resumed

    @cached_property
    def first_paid(self) -> Whole:
        """The first day that each topmost account closed with MRR; `NEVER` if it never did."""
        own = self._standings.first_paid()
        if self.root is None:
            return own
        first = np.full(self._accounts, NEVER, np.int64)
        np.minimum.at(first, self.root, own)
        return first

    def _is_known(self) -> Truth:
        known: Truth = self.first_paid < day_number(self.start)
        return known

    def _raw(self) -> tuple[Whole, Whole]:
        """Find what each position pays at the two ends, in its own currency."""
        return self._standings.amounts(self.start), self._standings.amounts(self.end)

    def _require_rates(self) -> None:
        if self.exchange is not None:  # both ends at once: all that is lacking is named
            opening, closing = self._raw()
            currency = self._source.positions().currency
            self.exchange.require((opening != 0) | (closing != 0), currency, self.start)

    def _own(self, day: date) -> Whole:
        if self.exchange is None:
            return self._standings.own(day)
        return self._by_account(self.worth(self._standings.amounts(day)))

    def _by_account(self, amounts: Whole) -> Whole:
        return by_account(amounts, self._source.positions(), self._accounts)

    @cached_property
    def _closing_then(self) -> Whole | None:
        """The worth of each position at the close, at the rates of that day; None without any."""
        if self.exchange is None:
            return None
        amounts, positions = self._standings.amounts(self.end), self._source.positions()
        return self.exchange.converted(amounts, positions.currency, self.end)

    def _roots(self, opening: Whole) -> Whole | None:
        before, after = (self._source.tree(day) for day in (self.start, self.end))
        if before.is_flat and after.is_flat:
            return None
        accounts = np.arange(self._accounts)
        return np.where(opening != 0, before.roots(accounts), after.roots(accounts))

    def _rolled_up(self, own: Whole) -> Whole:
        if self.root is None:
            return own
        found = np.zeros(self._accounts, np.int64)
        np.add.at(found, self.root, own)
        return found

    def units(self, accounts: Whole) -> Whole:
        """Find the number of the topmost account under which each of some accounts counts."""
        units: Whole = accounts.astype(np.int64) if self.root is None else self.root[accounts]
        return units


def stored_periods(
    session: Session, first: date, end: date, *, exchange: Exchange | None = None
) -> Iterator[Bridge]:
    """Yield the months from one to before another, as they are stored."""
    stored = ColumnReader(session)
    standings = month_standings(stored, read_names(session), read_table(session))
    for month in months_from(first, end):
        yield Bridge(standings, month, shift_months(month, 1), exchange=exchange)
