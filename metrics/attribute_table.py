"""Combinations of attributes by number, and which of them are in a scope, in arrays."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from metrics.rollup import Attributes, Scope
from metrics.runs import begins
from metrics.segments import NO_VALUE
from metrics.tier_codes import Whole


class AttributeTable:
    """Combinations of attributes, each at its number; one that nobody has may be empty.

    A table never changes, so that what is looked up once is known for all who share it.
    """

    def __init__(self, combinations: Sequence[Attributes]) -> None:
        self._combinations = combinations
        self._pairs: dict[int, frozenset[tuple[str, str]]] = {}
        self._values: dict[str, tuple[tuple[str, ...], Whole]] = {}
        self._groups: dict[tuple[str, Scope], tuple[list[str], Whole, Whole]] = {}
        self._inside: dict[Scope, NDArray[np.bool_]] = {}
        self._without: dict[frozenset[str], tuple[list[Attributes], Whole]] = {}

    def __len__(self) -> int:
        return len(self._combinations)

    def __getitem__(self, number: int) -> Attributes:
        return self._combinations[number]

    def pairs(self, number: int) -> frozenset[tuple[str, str]]:
        """Return a combination as a key; it is the same one each time, and knows its hash."""
        if number not in self._pairs:
            self._pairs[number] = frozenset(self._combinations[number].items())
        return self._pairs[number]

    def values(self, dimension: str) -> tuple[tuple[str, ...], Whole]:
        """List the values of a dimension, and for each combination the place of its own there."""
        if dimension not in self._values:
            of_each = [one.get(dimension, NO_VALUE) for one in self._combinations]
            values = tuple(dict.fromkeys(of_each))
            places = dict(zip(values, range(len(values)), strict=True))
            codes = np.fromiter(map(places.__getitem__, of_each), np.int64, len(of_each))
            self._values[dimension] = values, codes
        return self._values[dimension]

    def without(self, dimensions: frozenset[str]) -> tuple[list[Attributes], Whole]:
        """List what combinations are without some dimensions, and for each the place of it there.

        Returns
        -------
        tuple
            The distinct rests, and an array with one place for each combination.
        """
        if dimensions not in self._without:
            rests = [
                frozenset(pair for pair in self.pairs(number) if pair[0] not in dimensions)
                for number in range(len(self))
            ]
            places = {rest: place for place, rest in enumerate(dict.fromkeys(rests))}
            codes = np.fromiter(map(places.__getitem__, rests), np.int64, len(rests))
            self._without[dimensions] = [dict(rest) for rest in places], codes
        return self._without[dimensions]

    def groups(self, dimension: str, scope: Scope) -> tuple[list[str], Whole, Whole]:
        """Group the combinations in a scope by their value of a dimension.

        Returns
        -------
        tuple
            The values, the numbers of combinations one group after the other, and the place in
            these at which each group begins.
        """
        if (dimension, scope) not in self._groups:
            values, of_each = self.values(dimension)
            rows = np.flatnonzero(self.inside(scope))
            rows = rows[np.argsort(of_each[rows], kind="stable")]
            codes = of_each[rows]
            firsts = np.flatnonzero(begins(codes))
            names = [values[code] for code in codes[firsts].tolist()]
            self._groups[dimension, scope] = names, rows, firsts
        return self._groups[dimension, scope]

    def inside(self, scope: Scope) -> NDArray[np.bool_]:
        """Tell for each combination whether it is in a scope."""
        if scope not in self._inside:
            inside = np.ones(len(self), np.bool_)
            for dimension, value in scope:
                names, of_each = self.values(dimension)
                inside &= of_each == (names.index(value) if value in names else -1)
            self._inside[scope] = inside
        return self._inside[scope]
