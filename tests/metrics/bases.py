"""Opening bases from what accounts pay at two ends, added up by the product's own arrays."""

from collections.abc import Collection, Sequence

import numpy as np

from metrics.attribute_table import AttributeTable
from metrics.period_columns import TwoEnds, add_up
from metrics.period_sums import PeriodSums
from metrics.retention import Retention

Ends = tuple[int, int]
VALUE = "segment"


def added_up(*accounts: Ends, paused: Collection[int] = ()) -> Retention:
    """Add accounts up; those at the places ``paused`` have only paused at the close."""
    return _period(accounts, [None] * len(accounts), paused).retention()


def retention_by(
    accounts: Sequence[Ends], values: Sequence[str | None]
) -> tuple[Retention, dict[str, Retention]]:
    """Add accounts up, and once more by the value that each of them has."""
    period = _period(accounts, values, ())
    return period.retention(), period.by(VALUE)


def _period(
    accounts: Sequence[Ends], values: Sequence[str | None], paused: Collection[int]
) -> PeriodSums:
    names = list(dict.fromkeys([None, *values]))
    sets = np.array([names.index(value) for value in values], np.int64)
    opening, closing = (np.array([ends[at] for ends in accounts], np.int64) for at in (0, 1))
    ends = TwoEnds(
        opening=opening,
        closing=closing,
        opening_sets=sets,
        closing_sets=sets,
        is_known=np.zeros(opening.size, np.bool_),
        paused=np.array([*paused], np.int64),
    )
    table = AttributeTable([{} if name is None else {VALUE: name} for name in names])
    sums = add_up(ends, sets=len(table))
    return PeriodSums(table=table, sums=sums, closing_total=sum(paid for _, paid in accounts))
