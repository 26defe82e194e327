"""Sums of one period per combination of attributes, rolled up to a company, scope or dimension."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from metrics.attribute_table import AttributeTable
from metrics.retention import NOTHING, OutsideCohort, Retention, reconcile
from metrics.rollup import Attributes, Scope

Sums = tuple[int, ...]
"""Figures that are added up: accounts when the period opens and those retained, then in minor units
opening, expansion, contraction, churn, and of accounts outside the cohort new, returning and
resumed; the number of those accounts. Two that most ledgers have none of may follow, as 0 where
they are left out: what all MRR at the close gains by the exchange rates of that day, and the part
of expansion that is cross-sold, of a product line."""

_COHORT = 6
_OUTSIDE = slice(6, 9)
_ACCOUNTS_OUTSIDE, _FX, _CROSS_SOLD = 9, 10, 11
_FIGURES = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PeriodSums:
    """One period of the whole company, in sums per combination of attributes.

    The opening base counts by its attributes when the period opens, accounts that pay only at the
    close by theirs then.

    Attributes
    ----------
    table : AttributeTable
        The combinations.
    sums : array of whole numbers, shape (len(table), 10), or (..., 12)
        `Sums` of each, wide enough for their total.
    closing_total : int
        All MRR at the close, in minor units.
    """

    table: AttributeTable
    sums: NDArray[Any]
    closing_total: int
    _rolled_up: dict[Scope, Sums] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, parts: Iterable[tuple[Attributes, Sums]], *, closing_total: int) -> Self:
        """Build the sums from parts; a combination may occur more than once."""
        named = [({}, ()), *parts]
        table = AttributeTable([attributes for attributes, _ in named])
        sums = np.array([_whole(sums) for _, sums in named], object)  # of any size
        return cls(table=table, sums=sums, closing_total=closing_total)

    @property
    def parts(self) -> tuple[tuple[Attributes, Sums], ...]:
        """The sums of each combination that has any."""
        held = np.flatnonzero(self.sums.any(axis=1)).tolist()
        return tuple((self.table[number], tuple(self.sums[number].tolist())) for number in held)

    def retention(self, scope: Scope = ()) -> Retention:
        """Add up the retention of one scope's opening base."""
        return retention_of(self._added(scope))

    def outside_cohort(self, scope: Scope = ()) -> OutsideCohort:
        """Add up MRR at the close of one scope's accounts outside the opening base."""
        return outside_of(self._added(scope))

    def fx(self, scope: Scope = ()) -> int:
        """Add up what the MRR of one scope at the close gains by the exchange rates of that day.

        In minor units, below zero for a loss; it feeds no ratio.
        """
        return self._added(scope)[_FX]

    def accounts(self) -> dict[frozenset[tuple[str, str]], tuple[int, int]]:
        """Count the accounts of each combination: in the opening base, and paying outside it."""
        counts: defaultdict[frozenset[tuple[str, str]], tuple[int, int]] = defaultdict(
            lambda: (0, 0)
        )
        held = np.flatnonzero(self.sums.any(axis=1))
        sums = self.sums[held][:, [0, _ACCOUNTS_OUTSIDE]].tolist()
        for number, (inside, outside) in zip(held.tolist(), sums, strict=True):
            before, beside = counts[pairs := self.table.pairs(number)]
            counts[pairs] = before + inside, beside + outside
        return dict(counts)

    def by(self, dimension: str, scope: Scope = ()) -> dict[str, Retention]:
        """Split a scope's retention by the values of a dimension, the largest opening base first.

        Values whose accounts all lie outside the base are left out.
        """
        values, rows, firsts = self.table.groups(dimension, scope)
        added = np.add.reduceat(self.sums[rows], firsts, axis=0) if rows.size else self.sums[:0]
        return retention_by_value(zip(values, added.tolist(), strict=True))

    def check(self) -> None:
        """Check that the company's bridge closes, to the cent.

        Raises
        ------
        ReconciliationError
            If it does not.
        """
        reconcile(self.retention(), self.outside_cohort(), closing_total=self.closing_total)

    def _added(self, scope: Scope) -> Sums:
        if scope not in self._rolled_up:
            sums = self.sums[self.table.inside(scope)] if scope else self.sums
            self._rolled_up[scope] = _whole(sums.sum(axis=0).tolist())
        return self._rolled_up[scope]


def _whole(sums: Iterable[int]) -> Sums:
    known = tuple(sums)
    return known + (0,) * (_FIGURES - len(known))


def retention_of(sums: Sequence[int]) -> Retention:
    """Build the retention of an opening base from its sums."""
    accounts, retained, opening, expansion, contraction, churn = sums[:_COHORT]
    return Retention(
        accounts_opening=accounts,
        accounts_retained=retained,
        opening=opening,
        expansion=expansion,
        contraction=contraction,
        churn=churn,
        cross_sold=sums[_CROSS_SOLD] if len(sums) > _CROSS_SOLD else 0,
    )


def outside_of(sums: Sequence[int]) -> OutsideCohort:
    """Build the MRR at the close of accounts outside the opening base from their sums."""
    new, returning, resumed = sums[_OUTSIDE]
    return OutsideCohort(new=new, returning=returning, resumed=resumed)


def retention_by_value(values: Iterable[tuple[str, Sequence[int]]]) -> dict[str, Retention]:
    """Build the retention of each value from its sums, the largest opening base first.

    Values whose accounts all lie outside the base are left out.
    """
    rolled = {value: retention_of(sums) for value, sums in values}
    bases = {value: part for value, part in rolled.items() if part != NOTHING}
    # By name where bases are equal: the order must not depend on how rows were read.
    return dict(sorted(bases.items(), key=lambda item: (-item[1].opening, item[0])))
