"""Chains of amendments in columns: each replaces the rest of what it amends, product by product."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from metrics.contracts.plain_columns import NO_END
from metrics.runs import begins
from metrics.tier_codes import Whole

NO_NAME = -1
"""The number of the contract of a term that names none, and of its answer if it says none."""
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTerms:
    """Terms with the numbers of their contracts and of those that they amend, or `NO_NAME`.

    ``last`` is a day or `NO_END`, ``goes_on`` 1, 0 or `NO_NAME`.
    """

    account: Whole
    contract: Whole
    amends: Whole
    product: Whole
    start: Whole
    last: Whole
    goes_on: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Chains:
    """Terms as `metrics.contracts.amendments.amended` leaves them, one by one.

    Nothing of a term counts from ``cut`` on, ``root`` is the first day of the one whose renewals it
    goes on with. ``is_other`` tells of those that are not simply one after the other.
    """

    amends: _Flags
    cut: Whole
    root: Whole
    last: Whole
    goes_on: _Flags
    is_other: _Flags

    @classmethod
    def without(cls, start: Whole, last: Whole, goes_on: _Flags) -> Self:
        """Build those of terms that amend nothing."""
        none = np.zeros(start.size, bool)
        cut = np.full(start.size, NO_END)
        return cls(amends=none, cut=cut, root=start, last=last, goes_on=goes_on, is_other=none)


def chains_of(terms: NamedTerms) -> Chains:
    """Apply all amendments, where each has one term of its product before it."""
    amends = terms.amends != NO_NAME
    family, is_other = _families(terms)
    began = np.where(amends, terms.start, NO_NAME)
    order = np.lexsort((began, amends, terms.product, family))
    is_first = begins(family[order], terms.product[order])
    lines = _Lines(is_first, amends[order], terms.start[order])
    is_other[order] |= lines.is_other
    columns = lines.cut, *lines.going_on(terms.last[order], terms.goes_on[order])
    cut, root, last, goes_on = (_put_back(column, order) for column in columns)
    return Chains(
        amends=amends, cut=cut, root=root, last=last, goes_on=goes_on == 1, is_other=is_other
    )


@dataclass(frozen=True, slots=True)
class _Lines:
    """Terms by family and product, what was signed first before its amendments by day."""

    is_first: _Flags
    amends: _Flags
    start: Whole

    @property
    def is_other(self) -> _Flags:
        """Whether it amends nothing of its product, or begins together with another amendment."""
        found: _Flags = self.amends & self.is_first
        together = self.amends[1:] & self.amends[:-1] & (self.start[1:] == self.start[:-1])
        found[1:] |= together & ~self.is_first[1:]
        return found

    @property
    def cut(self) -> Whole:
        """The first day of the next amendment of each."""
        found, chain = np.full(self.start.size, NO_END), np.cumsum(self.is_first)
        after = _next_of(self.amends)
        places = np.flatnonzero(after < self.start.size)
        places = places[chain[after[places]] == chain[places]]
        found[places] = self.start[after[places]]
        return found

    def going_on(self, last: Whole, goes_on: Whole) -> tuple[Whole, Whole, Whole]:
        """Find the first day of what each goes on as, until when, and whether it renews itself."""
        # Of several terms that are amended, the first one tells how it goes on.
        line = np.flatnonzero(self.is_first | self.amends)
        first = self.is_first[line]
        ends = last[line][_latest(first | (last[line] != NO_END))]
        renews = goes_on[line][_latest(first | (goes_on[line] != NO_NAME))]
        is_rest = ~first
        is_rest[1:] &= ends[1:] == ends[:-1]
        found = self.start.copy(), last.copy(), goes_on.copy()
        roots = self.start[line][_latest(~is_rest)]
        for column, ours in zip(found, (roots, ends, renews), strict=True):
            column[line] = ours
        return found


def _families(terms: NamedTerms) -> tuple[Whole, _Flags]:
    """Find a number for all that began with one contract, and the terms without beginning."""
    names = int(max(terms.contract.max(initial=0), terms.amends.max(initial=0))) + 1
    own, above = (terms.account * names + one for one in (terms.contract, terms.amends))
    has_name, amends = terms.contract != NO_NAME, terms.amends != NO_NAME
    own = np.where(has_name, own, -1 - np.arange(own.size))  # a name of its own
    above = np.where(amends, above, own)
    known, places = np.unique(np.append(own, above), return_inverse=True)
    own_place, above_place = places[: own.size], places[own.size :]
    parent = np.arange(known.size)
    parent[own_place[amends]] = above_place[amends]
    is_other = amends & ((parent[own_place] != above_place) | ~np.isin(above, own))
    root = parent
    for _ in range(known.size.bit_length()):
        root = root[root]
    family = root[above_place]
    is_other |= parent[family] != family  # in a circle
    return family, is_other


def _next_of(flags: _Flags) -> Whole:
    """Find for each place the next one behind it that is flagged; the size where there is none."""
    places = np.where(flags, np.arange(flags.size), flags.size)
    found: Whole = np.minimum.accumulate(places[::-1])[::-1]
    return np.append(found[1:], np.full(min(1, flags.size), flags.size))


def _latest(flags: _Flags) -> Whole:
    found: Whole = np.maximum.accumulate(np.where(flags, np.arange(flags.size), 0))
    return found


def _put_back(column: Whole, order: Whole) -> Whole:
    found = np.empty_like(column)
    found[order] = column
    return found
