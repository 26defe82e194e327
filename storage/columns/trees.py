"""Tree of accounts at a boundary: which topmost account each of them counts under."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from metrics.runs import ends
from storage.columns.arrays import NEVER, NONE, Parents
from storage.columns.codec import Whole

_NOBODY = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Tree:
    """Accounts that have another above them: ``child`` in ascending order, and their ``root``.

    An account that is met twice on the way up, in a circle, is its own root.
    """

    child: Whole
    root: Whole

    @classmethod
    def before(cls, day: int, parents: Parents) -> Self:
        """Build the tree at a boundary: of an account the last statement before it counts.

        One that names the account itself takes back what was said of its day.

        Parameters
        ----------
        day : int
            Days from 1970-01-01.
        """
        if not len(parents):
            return cls(_NOBODY, _NOBODY)
        rows = np.flatnonzero(parents.day < day)
        account, day_said, parent = parents.account[rows], parents.day[rows], parents.parent[rows]
        stands = ends(account, day_said) & (parent != account)
        account, parent = account[stands], parent[stands]
        is_below = ends(account) & (parent != NONE)
        child, above = account[is_below].astype(np.int64), parent[is_below].astype(np.int64)
        return cls(child, _tops(child, above))

    @cached_property
    def is_flat(self) -> bool:
        """Whether every account is a topmost one."""
        return not self.child.size

    def roots(self, accounts: Whole) -> Whole:
        """Find the topmost account of each of some accounts."""
        if self.is_flat:
            return accounts
        places = np.minimum(np.searchsorted(self.child, accounts), self.child.size - 1)
        return np.where(self.child[places] == accounts, self.root[places], accounts)

    def rolled_up(self, amounts: Whole) -> Whole:
        """Add the amounts of accounts, by their number, to those of their topmost accounts.

        Those of the accounts below are 0 then.
        """
        if self.is_flat:
            return amounts
        size = max(amounts.size, int(self.root.max()) + 1)
        found = np.zeros(size, np.int64)
        found[: amounts.size] = amounts
        known = self.child < amounts.size
        child, root = self.child[known], self.root[known]
        moved = found[child]
        found[child] = 0
        np.add.at(found, root, moved)
        return found

    def earliest(self, days: Whole) -> Whole:
        """Find the earliest day of each group, at its topmost account's number."""
        if self.is_flat:
            return days
        size = max(days.size, int(self.root.max()) + 1)
        found = np.full(size, NEVER, np.int64)
        found[: days.size] = days
        known = self.child < days.size
        np.minimum.at(found, self.root[known], days[self.child[known]])
        return found


def _tops(child: Whole, above: Whole) -> Whole:
    """Follow each child up, twice as far with each step, until nobody is below another."""
    top = above.copy()
    for _ in range(int(child.size).bit_length() + 1):
        places = np.minimum(np.searchsorted(child, top), child.size - 1)
        is_child = child[places] == top
        if not is_child.any():
            return top
        top = np.where(is_child, top[places], top)
    is_stuck = np.isin(top, child)  # in a circle, or below one
    return np.where(is_stuck, child, top)
