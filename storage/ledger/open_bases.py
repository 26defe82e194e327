"""Opening bases added up by attributes at the two ends of a period, whatever became of whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from metrics.attribute_table import AttributeTable
from metrics.exact_sums import sum_by, total_of
from metrics.open_bases import OpenBase
from metrics.period_columns import TwoEnds
from metrics.rollup import Scope
from storage.columns.arrays import WindowSums
from storage.columns.codec import Whole
from storage.columns.period import Bridge

_OUTSIDE = slice(6, 9)  # of `metrics.period_sums.Sums`


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BaseSums:
    """Sums of one period by combination of attributes.

    Attributes
    ----------
    sets : array of whole numbers, shape (n,)
        The combinations, by their number in ``table``.
    figures : array of whole numbers, shape (n, 3)
        Accounts of the opening base, and its MRR at the two ends in minor units.
    opening, closing : int
        All MRR at the two ends, that of accounts outside the base too.
    """

    table: AttributeTable
    sets: Whole
    figures: Whole
    opening: int
    closing: int

    @classmethod
    def of_window(cls, window: WindowSums, table: AttributeTable) -> Self:
        """Take them from the sums of a window that is kept."""
        cells = window.sums.astype(np.int64)
        accounts, opening = cells[:, 0], cells[:, 2]
        closing = opening + cells[:, 3] - cells[:, 4] - cells[:, 5]
        figures = np.stack((accounts, opening, closing), axis=1)
        _, total_opening, total_closing = figures.sum(axis=0).tolist()
        return cls(
            table=table,
            sets=window.attribute_set,
            figures=figures,
            opening=total_opening,
            closing=total_closing + int(cells[:, _OUTSIDE].sum()),
        )

    @classmethod
    def of_parts(cls, parts: Iterable[TwoEnds | Bridge], table: AttributeTable) -> Self:
        """Add up the accounts of a period, some after the others."""
        cells = len(table) + 1
        found = [_added(ends, cells) for ends in parts]
        accounts, before, after = (sum(one[1:], one[0]) for one in zip(*found, strict=True))
        return cls(
            table=table,
            sets=np.arange(len(table)),
            figures=np.stack((accounts, before, after), axis=1)[1:],
            opening=total_of(before),
            closing=total_of(after),
        )

    def of(self, scopes: Iterable[Scope]) -> tuple[OpenBase, ...]:
        """Add up the opening base of each scope."""
        inside = [self.table.inside(scope).take(self.sets) for scope in scopes]
        # of no scope, or of no set, an array has no columns by itself
        sums = np.array(inside, np.int64).reshape(len(inside), len(self.figures)) @ self.figures
        return tuple(
            OpenBase(accounts=accounts, opening=opening, closing=closing)
            for accounts, opening, closing in sums.tolist()
        )


def _added(ends: TwoEnds | Bridge, cells: int) -> tuple[Whole, Whole, Whole]:
    """Count accounts, and add up both ends, by combination; 0 is outside the base."""
    places = np.add(ends.opening_sets, 1, dtype=np.intp)
    places *= ends.opening != 0  # to choose row by row takes twice as long
    before, after = (sum_by(places, one, cells) for one in (ends.opening, ends.closing))
    return np.bincount(places, minlength=cells), before, after
