"""Sums per combination of attributes, rolled up to the company, one scope, or one dimension."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from metrics.retention import NOTHING, OutsideCohort, Retention, reconcile
from metrics.segments import NO_VALUE

Attributes = Mapping[str, str]
Scope = tuple[tuple[str, str], ...]
"""Pairs of dimension and value, all of which an account must have; empty is the company."""


def matches(attributes: Attributes, scope: Scope) -> bool:
    """Tell whether an account with these attributes is in the scope."""
    return all(attributes.get(dimension, NO_VALUE) == value for dimension, value in scope)


def total(parts: Iterable[Retention]) -> Retention:
    """Return the retention of disjoint bases together; `NOTHING` when there are none."""
    return sum(parts, start=NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodSums:
    """One period of the whole company, in sums per combination of attributes.

    ``cohort`` holds the opening base by its attributes when the period opens, ``outside`` the
    accounts that pay only at the close by theirs then. ``closing_total`` is all MRR at the close.
    """

    cohort: tuple[tuple[Attributes, Retention], ...]
    outside: tuple[tuple[Attributes, OutsideCohort], ...]
    closing_total: int

    def retention(self, scope: Scope = ()) -> Retention:
        """Return the retention of one scope's opening base."""
        return total(part for attributes, part in self.cohort if matches(attributes, scope))

    def outside_cohort(self, scope: Scope = ()) -> OutsideCohort:
        """Return what new and returning accounts of one scope pay at the close."""
        found = (part for attributes, part in self.outside if matches(attributes, scope))
        return sum(found, start=OutsideCohort())

    def by(self, dimension: str, scope: Scope = ()) -> dict[str, Retention]:
        """Return the retention per value of a dimension, the largest opening base first."""
        parts: defaultdict[str, list[Retention]] = defaultdict(list)
        for attributes, part in self.cohort:
            if matches(attributes, scope):
                parts[attributes.get(dimension, NO_VALUE)].append(part)
        totals = {value: total(of_value) for value, of_value in parts.items()}
        return dict(sorted(totals.items(), key=lambda item: (-item[1].opening, item[0])))

    def check(self) -> None:
        """Check that the company's bridge closes, to the cent.

        Raises
        ------
        ReconciliationError
            If it does not.
        """
        reconcile(self.retention(), self.outside_cohort(), closing_total=self.closing_total)
