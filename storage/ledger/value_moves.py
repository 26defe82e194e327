"""Where accounts went: their values of a dimension at both ends of a period."""

from collections.abc import Iterator

import numpy as np

from metrics.exact_sums import sum_by
from metrics.migration import Beyond, Flow, Migration, Place
from metrics.rollup import Scope
from metrics.segments import NO_VALUE
from storage.columns.codec import Whole
from storage.columns.period import Bridge


def read_migration(period: Bridge, dimension: str, scope: Scope = ()) -> Migration:
    """Put each account of a scope into one cell: by where it was, and where it is.

    An account of the opening base is in a scope as it stands when the period opens, any other as
    it stands at the close. One that came below another meanwhile, and has no value of its own, as
    no tier, has that one's; one that those below it have left, that of the largest of them.
    """
    values, codes = period.table.values(dimension)
    base, has_value = period.base(scope), np.array(values) != NO_VALUE
    before, at_close = codes[period.opening_sets[base]], codes[period.closing_sets]
    after = at_close[base]
    for instead in (base, period.largest_at_close(base)):
        of_top = at_close[period.closing_tree.roots(instead)]
        after = np.where(has_value[after], after, of_top)
    pays, count = period.closing[base] != 0, len(values)
    is_paused = np.isin(base, period.paused)
    after = np.where(pays, after, np.where(is_paused, count + 1, count))
    outside = _arrived(period, scope)
    units = np.append(base, outside)
    rows = np.append(before, np.full(outside.size, count))
    columns = np.append(after, codes[period.closing_sets[outside]])
    befores: tuple[Place, ...] = (*values, Beyond.ARRIVED)
    afters: tuple[Place, ...] = (*values, Beyond.LEFT, Beyond.PAUSED)
    cells = rows.astype(np.int64) * len(afters) + columns
    return Migration(
        flows={
            (befores[place // len(afters)], afters[place % len(afters)]): flow
            for place, flow in _flows(period, units, cells)
        }
    )


def _arrived(period: Bridge, scope: Scope) -> Whole:
    is_inside = (period.opening == 0) & (period.closing != 0)
    if scope:
        is_inside &= period.table.inside(scope).take(period.closing_sets)
    return np.flatnonzero(is_inside)


def _flows(period: Bridge, units: Whole, cells: Whole) -> Iterator[tuple[int, Flow]]:
    places, number = np.unique(cells, return_inverse=True)
    accounts = np.bincount(number, minlength=places.size)
    opening, closing = (
        sum_by(number, one[units], places.size) for one in (period.opening, period.closing)
    )
    columns = (one.tolist() for one in (places, accounts, opening, closing))
    for place, count, paid, pays in zip(*columns, strict=True):
        yield place, Flow(accounts=count, opening=paid, closing=pays)
