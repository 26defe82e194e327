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
        self._index()

    @property
    def positions(self) -> Positions:
        """What each position is, by its number."""
        return Positions(account=self._account, product=self._product, currency=self._currency)

    def number(self, movements: LedgerMovements) -> Whole:
        """Find the number of each movement's position."""
        keys = _keys(movements.account, movements.product, movements.currency)
        numbers = self._find(keys)
        unknown = np.flatnonzero(numbers == NONE)
        if unknown.size:
            _, firsts = np.unique(keys[unknown], return_index=True)
            rows = unknown[np.sort(firsts)]
            self._account = np.append(self._account, movements.account[rows])
            self._product = np.append(self._product, movements.product[rows])
            self._currency = np.append(self._currency, movements.currency[rows])
            self._index()
            numbers[unknown] = self._find(keys[unknown])
        return numbers

    def without_product(self, positions: Whole) -> Whole:
        """Find the positions of the same accounts and currencies that have no product."""
        account, currency = self._account[positions], self._currency[positions]
        return self._find(_keys(account, np.full(account.size, NONE), currency))

    def _index(self) -> None:
        keys = _keys(self._account, self._product, self._currency)
        self._order = np.argsort(keys, kind="stable")
        self._sorted = keys[self._order]

    def _find(self, keys: Whole) -> Whole:
        if not self._sorted.size:
            return np.full(keys.size, NONE, np.int64)
        places = np.minimum(np.searchsorted(self._sorted, keys), self._sorted.size - 1)
        return np.where(self._sorted[places] == keys, self._order[places], NONE)


def _keys(account: Whole, product: Whole, currency: Whole) -> Whole:
    pairs = account.astype(np.int64) * _PRODUCTS + (product + 1)
    return pairs * _CURRENCIES + currency
