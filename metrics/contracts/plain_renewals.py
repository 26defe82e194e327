"""Renewals of terms that only follow each other: as nearly all do, and a hundred times faster."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.contracts.plain_columns import PlainColumns, last_days_join, monthly
from metrics.tier_codes import Whole


@dataclass(frozen=True, slots=True)
class PlainRenewals:
    """Renewals by the place of their term in its columns; days since 1970-01-01, minor units.

    ``coming`` are the terms in force that come up on ``coming_day`` with ``coming_minor``;
    ``past`` came up on ``past_day``, paid ``before`` and pay ``after`` from then on.
    """

    coming: Whole
    coming_day: Whole
    coming_minor: Whole
    past: Whole
    past_day: Whole
    before: Whole
    after: Whole


def plain_renewals(terms: PlainColumns, *, today: int, since: int) -> PlainRenewals:
    """Find what `coming_renewals` and `past_renewals` find of each account."""
    joins, balance = terms.joins, monthly(terms)
    goes_on = np.append(joins[1:], np.zeros(min(1, joins.size), bool))
    ends = terms.last + 1
    chain = np.cumsum(~joins) - 1
    last_of_chain = np.flatnonzero(~goes_on)
    in_force = (terms.start <= today) & (terms.last >= today) & (balance > 0)
    coming = np.flatnonzero(in_force)
    after = np.where(goes_on, np.append(balance[1:], [0])[: balance.size], 0)
    past = np.flatnonzero((ends >= since) & (ends < today) & (balance > 0))
    return PlainRenewals(
        coming=coming,
        coming_day=ends[last_of_chain[chain[coming]]],
        coming_minor=balance[coming],
        past=past,
        past_day=ends[past],
        before=balance[past],
        after=after[past],
    )


def is_plain_end(start: Whole, last: Whole) -> NDArray[np.bool_]:
    """Tell of terms whether the next one begins on the day after their last one."""
    return ~last_days_join(start, last)
