"""Numbers for positions: dense, in the order in which the ledger first names them."""

import numpy as np

from storage.columns.arrays import NONE, LedgerMovements, Positions
from storage.columns.codec import Whole

_CURRENCIES, _PRODUCTS = 2**12, 2**24


class PositionNumbers:
    """Finds the number of each account's balance in a product and currency, a new one if need be.

    Parameters
    ----------
    known : Positions
        Those that have a number already, in its order.
    """

    def __init__(self, known: Positions) -> None:
        self._account = known.account.astype(np.int64)
        self._product = known.product.astype(np.int64)
        self._currency = known.currency.astype(np.int64)
        self._first: Whole = np.zeros(0, np.int64)
        self._others: Whole = np.zeros(0, np.int64)
        self._keys_of_others: Whole = np.zeros(0, np.int64)
        self._index(from_=0)

    @property
    def positions(self) -> Positions:
        """The identity of each position, by its number."""
        return Positions(account=self._account, product=self._product, currency=self._currency)

    def number(self, movements: LedgerMovements) -> Whole:
        """Find the number of each movement's position."""
        account, currency = movements.account, movements.currency
        product = np.maximum(movements.product, NONE)  # of no product, stated or not
        numbers = self.find(account, product, currency)
        unknown = np.flatnonzero(numbers == NONE)
        if unknown.size:
            keys = _keys(account[unknown], product[unknown], currency[unknown])
            _, firsts = np.unique(keys, return_index=True)
            rows, known = unknown[np.sort(firsts)], self._account.size
            self._account = np.append(self._account, account[rows])
            self._product = np.append(self._product, product[rows])
            self._currency = np.append(self._currency, currency[rows])
            self._index(from_=known)
            numbers[unknown] = self.find(account[unknown], product[unknown], currency[unknown])
        return numbers

    def without_product(self, positions: Whole) -> Whole:
        """Find the positions of the same accounts and currencies that have no product."""
        account, currency = self._account[positions], self._currency[positions]
        return self.find(account, np.full(account.size, NONE), currency)

    def _index(self, *, from_: int) -> None:
        # Nearly every account has one position: it is looked up by the account's number, and only
        # what an account has besides its first one is searched for.
        account = self._account[from_:]
        missing = int(account.max(initial=-1)) + 1 - self._first.size
        self._first = np.append(self._first, np.full(max(0, missing), NONE, np.int64))
        numbers = np.arange(from_, self._account.size)
        is_new = self._first[account] == NONE
        # Backwards, so that of an account's several the first is what is written last.
        self._first[account[is_new][::-1]] = numbers[is_new][::-1]
        others = np.append(self._others, numbers[self._first[account] != numbers])
        keys = _keys(self._account[others], self._product[others], self._currency[others])
        order = np.argsort(keys, kind="stable")
        self._others, self._keys_of_others = others[order], keys[order]

    def find(self, account: Whole, product: Whole, currency: Whole) -> Whole:
        """Find the numbers of positions; `NONE` for one that has none yet."""
        found = np.full(account.size, NONE, np.int64)
        known = account < self._first.size
        found[known] = self._first[account[known]]
        rows = np.flatnonzero(found != NONE)
        first = found[rows]
        is_same = (self._product[first] == product[rows]) & (
            self._currency[first] == currency[rows]
        )
        found[rows[~is_same]] = NONE
        rest = np.flatnonzero(found == NONE)
        if self._others.size and rest.size:
            keys = _keys(account[rest], product[rest], currency[rest])
            places = np.minimum(np.searchsorted(self._keys_of_others, keys), self._others.size - 1)
            is_there = self._keys_of_others[places] == keys
            found[rest[is_there]] = self._others[places[is_there]]
        return found


def _keys(account: Whole, product: Whole, currency: Whole) -> Whole:
    pairs = account.astype(np.int64) * _PRODUCTS + (product + np.int64(1))
    return pairs * _CURRENCIES + currency
