"""Sums per combination of attributes, rolled up to the company, one scope, or one dimension."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Self

from metrics.retention import NOTHING, OutsideCohort, Retention, reconcile
from metrics.segments import NO_VALUE

Attributes = Mapping[str, str]
Scope = tuple[tuple[str, str], ...]
"""Pairs of dimension and value, all of which an account must have; empty is the company."""

Sums = tuple[int, ...]
"""Figures that are added up: accounts when the period opens and those retained, then in minor units
opening, expansion, contraction, churn, and of accounts outside the cohort new, returning and
resumed; the number of those accounts. Two that most ledgers have none of may follow, as 0 where
they are left out: what all MRR at the close gains by the exchange rates of that day, and the part
of expansion that is cross-sold, of a product line."""

_COHORT = ("accounts_opening", "accounts_retained", "opening", "expansion", "contraction", "churn")
_OUTSIDE = slice(6, 9)
_ACCOUNTS_OUTSIDE, _FX, _CROSS_SOLD = 9, 10, 11
_FIGURES = 12


def matches(attributes: Attributes, scope: Scope) -> bool:
    """Tell whether an account with these attributes is in the scope."""
    return all(attributes.get(dimension, NO_VALUE) == value for dimension, value in scope)


def total(parts: Iterable[Retention]) -> Retention:
    """Add up the retention of disjoint bases; `NOTHING` when there are none."""
    return sum(parts, start=NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodSums:
    """One period of the whole company, in sums per combination of attributes.

    The opening base counts by its attributes when the period opens, accounts that pay only at the
    close by theirs then; a combination may occur more than once. ``closing_total`` is all MRR at
    the close.
    """

    parts: tuple[tuple[Attributes, Sums], ...]
    closing_total: int

    @classmethod
    def of(
        cls,
        *,
        cohort: Iterable[tuple[Attributes, Retention]],
        outside: Iterable[tuple[Attributes, OutsideCohort, int]],
        closing_total: int,
    ) -> Self:
        """Build the sums from an opening base and the accounts outside it, with their number."""
        inside = ((attributes, _sums(part)) for attributes, part in cohort)
        beside = (
            (attributes, (0, 0, 0, 0, 0, 0, part.new, part.returning, part.resumed, accounts))
            for attributes, part, accounts in outside
        )
        return cls(parts=(*inside, *beside), closing_total=closing_total)

    def retention(self, scope: Scope = ()) -> Retention:
        """Add up the retention of one scope's opening base."""
        return _retention(self._of(scope))

    def outside_cohort(self, scope: Scope = ()) -> OutsideCohort:
        """Add up MRR at the close of one scope's accounts outside the opening base."""
        new, returning, resumed = _added(self._of(scope))[_OUTSIDE]
        return OutsideCohort(new=new, returning=returning, resumed=resumed)

    def fx(self, scope: Scope = ()) -> int:
        """Add up what the MRR of one scope at the close gains by the exchange rates of that day.

        In minor units, below zero for a loss; it feeds no ratio.
        """
        return _added(self._of(scope))[_FX]

    def accounts(self) -> dict[frozenset[tuple[str, str]], tuple[int, int]]:
        """Count the accounts of each combination: in the opening base, and paying outside it."""
        found: defaultdict[frozenset[tuple[str, str]], list[Sums]] = defaultdict(list)
        for attributes, sums in self.parts:
            found[frozenset(attributes.items())].append(sums)
        counts = {attributes: _added(parts) for attributes, parts in found.items()}
        return {
            attributes: (each[0], each[_ACCOUNTS_OUTSIDE]) for attributes, each in counts.items()
        }

    def by(self, dimension: str, scope: Scope = ()) -> dict[str, Retention]:
        """Split a scope's retention by the values of a dimension, the largest opening base first.

        Values whose accounts all lie outside the base are left out.
        """
        found: defaultdict[str, list[Sums]] = defaultdict(list)
        for attributes, sums in self.parts:
            if matches(attributes, scope):
                found[attributes.get(dimension, NO_VALUE)].append(sums)
        rolled = {value: _retention(parts) for value, parts in found.items()}
        bases = {value: part for value, part in rolled.items() if part != NOTHING}
        # By name where bases are equal: the order must not depend on how rows were read.
        return dict(sorted(bases.items(), key=lambda item: (-item[1].opening, item[0])))

    def check(self) -> None:
        """Check that the company's bridge closes, to the cent.

        Raises
        ------
        ReconciliationError
            If it does not.
        """
        reconcile(self.retention(), self.outside_cohort(), closing_total=self.closing_total)

    def _of(self, scope: Scope) -> list[Sums]:
        if not scope:
            return [sums for _, sums in self.parts]
        return [sums for attributes, sums in self.parts if matches(attributes, scope)]


def _sums(part: Retention) -> Sums:
    inside = part.accounts_opening, part.accounts_retained, part.opening, part.expansion
    return (*inside, part.contraction, part.churn, 0, 0, 0, 0, 0, part.cross_sold)


def _added(parts: Iterable[Sums]) -> tuple[int, ...]:
    sums = tuple(map(sum, zip_longest(*parts, fillvalue=0)))
    return sums + (0,) * (_FIGURES - len(sums))


def _retention(parts: Iterable[Sums]) -> Retention:
    sums = _added(parts)
    return Retention(**dict(zip(_COHORT, sums, strict=False)), cross_sold=sums[_CROSS_SOLD])
