"""Spans of many terms, in columns: from when until when each is paid for, and how much."""

from dataclasses import dataclass
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.contracts.chains import Chains
from metrics.contracts.discounts import SHARE, Discounts
from metrics.contracts.plain_columns import DAYS, NO_END, PlainColumns, price_of
from metrics.tier_codes import Whole

Exact = NDArray[Any]
"""Numerators: 64 bits where they suffice, else Python's integers."""
_Flags = NDArray[np.bool_]
_MOST = 2**62


@dataclass(frozen=True, slots=True)
class TermColumns:
    """Terms as they were signed, with their discounts, as their amendments leave them.

    ``plain`` has the last days and renewals that amendments go on with.
    """

    plain: PlainColumns
    discounts: Discounts
    chains: Chains

    @property
    def next_start(self) -> Whole:
        """The first day of the next term that may renew each, or `NO_END`.

        It is of the same position, amends nothing, and does not begin before the last day.
        """
        position = self.plain.position.astype(np.int64) * DAYS
        start, last = self.plain.start, np.minimum(self.plain.last, DAYS // 2 - 1)
        others = np.unique((position + start)[~self.chains.amends])
        place = np.searchsorted(others, position + np.maximum(last, start + 1))
        after = np.append(others, [NO_END * DAYS])[place] - position
        return np.where(after < DAYS // 2, after, NO_END)

    @property
    def is_unclear(self) -> _Flags:
        """Whether it is for `schedule` to tell when a term is over, or how it was renewed."""
        plain = self.plain
        if not plain.goes_on.any():
            return self.chains.is_other
        after = self.next_start
        renews = plain.goes_on & (plain.last != NO_END)
        is_between = (after != NO_END) & (after != plain.last + 1)
        ends_discount = self.discounts.is_given & (self.discounts.last != NO_END)
        found: _Flags = self.chains.is_other | (renews & (is_between | ends_discount))
        return found

    @property
    def ends(self) -> Whole:
        """Their last days, or `NO_END` where they go on."""
        if not self.plain.goes_on.any():
            return self.plain.last
        is_open = self.plain.goes_on & (self.next_start == NO_END)
        return np.where(is_open, NO_END, self.plain.last)


@dataclass(frozen=True, slots=True)
class SpanColumns:
    """What terms come to from the close of their first day until that of ``until``, or `NO_END`.

    ``first`` and ``final`` are numerators of MRRs over ``scale``, the same in a position; the final
    one is that from ``turn`` on, or `NO_END`. ``is_lost`` tells of those that nothing joins.
    """

    until: Whole
    turn: Whole
    first: Exact
    final: Exact
    scale: Exact
    is_lost: _Flags


def spans(terms: TermColumns) -> SpanColumns:
    """Work out the spans of terms of which none is unclear."""
    plain, ends, cut = terms.plain, terms.ends, terms.chains.cut
    is_cut = (cut != NO_END) & (cut <= ends + 1)
    until = np.where(is_cut, cut, ends)
    runs_out = (ends != NO_END) & ~is_cut
    account = plain.account.astype(np.int64) * DAYS
    moves: _Flags = runs_out & np.isin(account + until + 1, account + plain.start)
    turn = np.where(terms.discounts.is_given, terms.discounts.last, NO_END)
    turn = np.where(turn == NO_END, NO_END, turn + 1)
    is_early = turn > plain.start  # the discount is not over before the term begins
    turn = np.where(is_early & (turn < until), turn, NO_END)
    first, final, scale = _prices(terms, is_early)
    return SpanColumns(
        until=until + moves,
        turn=turn,
        first=first,
        final=np.where(turn != NO_END, final, first),
        scale=scale,
        is_lost=runs_out & ~moves,
    )


def _prices(terms: TermColumns, is_early: _Flags) -> tuple[Exact, Exact, Exact]:
    """Find what terms cost a month at first and without discount, and over what."""
    units, months = price_of(terms.plain)
    first, over = units.copy(), months.copy()
    some = np.flatnonzero(terms.discounts.is_given)
    off = terms.discounts.off(terms.plain.amount)[some] * (units[some] // terms.plain.amount[some])
    first[some] = np.where(is_early[some], off, units[some] * SHARE)
    over[some] *= SHARE
    common = np.gcd(first, over)
    both = np.lcm(months, over // common)
    scale = _scale(terms.plain.position, both, float(np.abs(units / months).sum()))
    return first // common * (scale // (over // common)), units * (scale // months), scale


def _scale(position: Whole, months: Whole, total: float) -> Exact:
    """Find what all months of a position divide."""
    scale = lcm(*np.unique(months).tolist())
    if scale < _MOST / (total + 1):
        return np.full(months.size, scale)
    _, place = np.unique(position, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    found: Exact = np.lcm.reduceat(months[order].astype(object), starts)[place]
    return found
