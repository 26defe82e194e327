"""Placing of accounts at a boundary: the combination of attributes that each counts under."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from metrics.attribute_table import AttributeTable
from metrics.rollup import Attributes
from metrics.segments import DerivedDimension, Tiers, derived_values
from metrics.tier_codes import Codes, Cut, derived_codes, value_cuts
from metrics.tier_codes import Whole as Amounts
from storage.columns.account_days import Truth
from storage.columns.arrays import Positions
from storage.columns.codec import Whole
from storage.columns.combinations import Combinations, StatedAttributes, mapped
from storage.columns.exchange import Exchange
from storage.columns.trees import Tree

Names = Callable[[Whole], Sequence[str]]
_UNKNOWN = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """All accounts on a boundary, by their number.

    ``own`` is the MRR of each in minor units of one currency, ``first_paid`` the first day that it
    closed with some; both without those below it. ``pays`` counts the balances of each that are
    worth something, be it less than a minor unit; None where all are in that currency.
    """

    day: int
    tree: Tree
    own: Whole
    first_paid: Whole
    stated: StatedAttributes
    pays: Whole | None = None


@dataclass(slots=True, kw_only=True)
class Placing:
    """Numbers the attributes of accounts, those derived at a boundary among them.

    Parameters
    ----------
    digits : int
        Decimals of the currency that tiers are placed in.
    names : callable
        From numbers of accounts to their ids: of equal ones the first by id is the larger.
    number : callable
        Gives a combination of attributes its number.
    exchange : Exchange, optional
        Converts amounts into the currency that tiers are placed in; None where all are in it.
    """

    tiers: Tiers
    digits: int
    names: Names
    number: Callable[[Attributes], int]
    exchange: Exchange | None = None
    _alone: dict[int, int] = field(default_factory=dict)
    _inherited: dict[tuple[int, int], int] = field(default_factory=dict)
    _numbers: Whole = field(default_factory=lambda: np.zeros(0, np.int64))

    def pays(
        self, amounts: Whole, positions: Positions, day: date, *, accounts: int
    ) -> Whole | None:
        """Count the balances of each account with MRR, however little, and a rate by then.

        None where nothing is converted.
        """
        if self.exchange is None:
            return None
        counts = (amounts != 0) & self.exchange.has_rate(positions.currency, day)
        return np.bincount(positions.account[counts], minlength=accounts)

    def places(self, at: Boundary) -> Whole:
        """Find the attribute set of each account that ever paid before a boundary, 0 for others."""
        mrr = at.tree.rolled_up(at.own).astype(np.int64, copy=False)
        first_paid = at.tree.earliest(at.first_paid)
        has_paid = first_paid < at.day
        found = self._stored(at.stated.combinations, at.stated.held * has_paid)
        paying = np.flatnonzero((mrr if at.pays is None else at.tree.rolled_up(at.pays)) != 0)
        held = at.stated.held if at.tree.is_flat else self._with_children(at)
        amounts = mrr.take(paying)
        derived = derived_codes(
            amounts,
            at.day - first_paid.take(paying).astype(np.int64),
            self._value_tiers(amounts, paying),
            tiers=self.tiers,
            digits=self.digits,
        )
        # One mixed number: its last digits are the derived codes.
        mixed = held.take(paying).astype(np.int64, copy=False)
        for dimension, values in derived_values(self.tiers).items():
            mixed *= len(values)
            mixed += derived[dimension]
        found[paying] = self._numbered(at.stated.combinations, mixed)
        return found

    def learn(self, table: AttributeTable, combinations: Combinations) -> None:
        """Take up the numbers of stored combinations, so that none of them is looked up again.

        Parameters
        ----------
        combinations : Combinations
            Of stated attributes, as a `Boundary` has them.
        """
        rests, of_each = table.without(frozenset(DerivedDimension))
        mixed = np.array([*map(combinations.number, rests)], np.int64).take(of_each)
        is_whole = np.ones(len(table), np.bool_)
        for dimension, values in derived_values(self.tiers).items():
            names, codes = table.values(dimension)
            places = {name: place for place, name in enumerate(values)}
            code = np.array([places.get(name, _UNKNOWN) for name in names], np.int64).take(codes)
            is_whole &= code != _UNKNOWN
            mixed = mixed * len(values) + code
        whole = np.flatnonzero(is_whole)
        self._grow(mixed.take(whole))
        self._numbers[mixed.take(whole)] = whole

    def _stored(self, combinations: Combinations, held: Whole) -> Whole:
        def number(combination: int) -> int:
            if combination not in self._alone:
                self._alone[combination] = self.number(combinations[combination])
            return self._alone[combination]

        return mapped(held, number)

    def _value_tiers(self, amounts: Amounts, paying: Whole) -> Codes:
        high, mid = (
            self._is_above(amounts, paying, cut)
            for cut in value_cuts(amounts[amounts > 0], self.tiers)
        )
        return 2 - high.astype(np.uint8) - mid  # above both cuts 0, above one 1, above none 2

    def _is_above(self, amounts: Amounts, paying: Whole, cut: Cut) -> Truth:
        above: Truth = amounts > cut.mrr_minor
        equal = np.flatnonzero(amounts == cut.mrr_minor)
        if 0 < cut.ties < equal.size:
            names = self.names(paying[equal])
            equal = equal[sorted(range(equal.size), key=names.__getitem__)[: cut.ties]]
            above[equal] = True
        elif cut.ties:
            above[equal] = True
        return above

    def _with_children(self, at: Boundary) -> Whole:
        """Fill what a topmost account lacks from the one below it with the largest MRR."""
        held, combinations = at.stated.held.copy(), at.stated.combinations
        for root, child in self._largest_children(at).items():
            pair = int(held[root]), int(at.stated.held[child])
            if pair not in self._inherited:
                both = {**combinations[pair[1]], **combinations[pair[0]]}
                self._inherited[pair] = combinations.number(both)
            held[root] = self._inherited[pair]
        return held

    def _largest_children(self, at: Boundary) -> dict[int, int]:
        mrr = at.own[at.tree.child]
        paying = np.flatnonzero(mrr if at.pays is None else at.pays[at.tree.child])
        child, root, mrr = at.tree.child[paying], at.tree.root[paying], mrr[paying]
        most = np.zeros(at.own.size, np.int64)
        np.maximum.at(most, root, mrr)
        is_largest = mrr == most[root]
        child, root = child[is_largest], root[is_largest]
        counts = np.bincount(root, minlength=1)
        tied = np.flatnonzero(counts[root] > 1) if root.size else root
        names = dict(zip(child[tied].tolist(), self.names(child[tied]), strict=True))
        pairs = sorted(
            zip(root.tolist(), child.tolist(), strict=True),
            key=lambda pair: names.get(pair[1], ""),
            reverse=True,
        )
        return dict(pairs)  # of equal ones the first by id, which comes last here

    def _numbered(self, combinations: Combinations, mixed: Whole) -> Whole:
        self._grow(mixed)
        found = self._numbers.take(mixed)
        unknown = mixed[found == _UNKNOWN]
        if not unknown.size:
            return found
        # A company has some hundred thousand balances and some hundred combinations.
        dimensions = [*reversed(derived_values(self.tiers).items())]
        for place in np.flatnonzero(np.bincount(unknown)).tolist():
            self._numbers[place] = self.number(_attributes(combinations, dimensions, place))
        return self._numbers.take(mixed)

    def _grow(self, mixed: Whole) -> None:
        missing = int(mixed.max(initial=-1)) + 1 - self._numbers.size
        self._numbers = np.append(self._numbers, np.full(max(0, missing), _UNKNOWN, np.int64))


def _attributes(
    combinations: Combinations, dimensions: Sequence[tuple[str, tuple[str, ...]]], place: int
) -> Attributes:
    derived: dict[str, str] = {}
    for dimension, values in dimensions:
        place, code = divmod(place, len(values))
        derived[dimension] = values[code]
    return {**combinations[place], **derived}
