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
        self._keys = np.zeros(0, np.int64)
        self._first = np.zeros(0, np.int64)
        self._others = np.zeros(0, np.int64)
        self._index()

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
            rows = unknown[np.sort(firsts)]
            self._account = np.append(self._account, account[rows])
            self._product = np.append(self._product, product[rows])
            self._currency = np.append(self._currency, currency[rows])
            self._index()
            numbers[unknown] = self.find(account[unknown], product[unknown], currency[unknown])
        return numbers

    def without_product(self, positions: Whole) -> Whole:
        """Find the positions of the same accounts and currencies that have no product."""
        account, currency = self._account[positions], self._currency[positions]
        return self.find(account, np.full(account.size, NONE), currency)

    def _index(self) -> None:
        # Nearly every account has one position: it is looked up by the account's number, and only
        # what an account has besides its first one is searched for.
        known = self._keys.size
        account = self._account[known:]
        keys = _keys(account, self._product[known:], self._currency[known:])
        self._keys = np.append(self._keys, keys)
        missing = int(account.max(initial=-1)) + 1 - self._first.size
        self._first = np.append(self._first, np.full(max(0, missing), NONE, np.int64))
        numbers = np.arange(known, self._keys.size)
        is_new = self._first[account] == NONE
        # Backwards, so that of an account's several the first is what is written last.
        self._first[account[is_new][::-1]] = numbers[is_new][::-1]
        others = np.append(self._others, numbers[self._first[account] != numbers])
        self._others = others[np.argsort(self._keys[others], kind="stable")]

    def find(self, account: Whole, product: Whole, currency: Whole) -> Whole:
        """Find the numbers of positions; `NONE` for one that has none yet."""
        keys = _keys(account, product, currency)
        known = account < self._first.size
        found = np.full(keys.size, NONE, np.int64)
        found[known] = self._first[account[known]]
        found[(found != NONE) & (np.append(self._keys, NONE)[found] != keys)] = NONE
        rest = np.flatnonzero(found == NONE)
        if self._others.size and rest.size:
            ordered = self._keys[self._others]
            places = np.minimum(np.searchsorted(ordered, keys[rest]), ordered.size - 1)
            is_there = ordered[places] == keys[rest]
            found[rest[is_there]] = self._others[places[is_there]]
        return found


def _keys(account: Whole, product: Whole, currency: Whole) -> Whole:
    pairs = account.astype(np.int64) * _PRODUCTS + (product + np.int64(1))
    return pairs * _CURRENCIES + currency
