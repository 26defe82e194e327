"""Accounts that pay on a day, and how many of them lack a segment, an owner or a name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlmodel import Session

from metrics.exact_sums import total_of
from storage.columns.codec import Whole
from storage.columns.period import Bridge
from storage.store.statements import binary_rows

NAME = "name"
OWNER = "owner"


@dataclass(frozen=True, slots=True)
class PayingAccounts:
    """Accounts together: how many, and their MRR in minor units of the workspace's currency."""

    count: int = 0
    mrr: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Accounts that pay and have no value of ``dimension``, and whether any account has one."""

    dimension: str
    lacking: PayingAccounts
    is_known: bool


def all_paying(period: Bridge) -> PayingAccounts:
    """Count the topmost accounts that pay when a period opens."""
    units = period.base()
    return PayingAccounts(int(units.size), total_of(period.opening[units]))


def read_gaps(session: Session, period: Bridge, dimensions: Sequence[str]) -> tuple[Gap, ...]:
    """Count the accounts that pay and lack a value of each dimension, or a name."""
    units = period.base()
    sets, mrr = period.opening_sets[units], period.opening[units]
    found = []
    for dimension in dimensions:
        has = np.array([dimension in period.table[each] for each in range(len(period.table))])
        is_lacking = ~has[sets] if units.size else np.zeros(0, np.bool_)
        found.append(_gap(dimension, mrr, is_lacking, is_known=bool(has.any())))
    named = _named(session, size=int(period.opening.size))
    found.append(_gap(NAME, mrr, ~named[units], is_known=bool(named.any())))
    return tuple(found)


def _gap(dimension: str, mrr: Whole, is_lacking: NDArray[np.bool_], *, is_known: bool) -> Gap:
    lacking = PayingAccounts(int(is_lacking.sum()), total_of(mrr[is_lacking]))
    return Gap(dimension, lacking, is_known)


def _named(session: Session, *, size: int) -> NDArray[np.bool_]:
    found = np.zeros(size, np.bool_)
    rows = binary_rows(session, "SELECT number FROM account WHERE name IS NOT NULL")
    found[[number for (number,) in rows]] = True
    return found
