"""Sums of one period by product: each product of an account is classified by its two ends."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from metrics.attribute_table import AttributeTable
from metrics.errors import ReconciliationError
from metrics.exact_sums import sum_by
from metrics.period_columns import TwoEnds, UnitOutcome, outcome_sums
from metrics.period_sums import PeriodSums
from metrics.segments import PRODUCT
from metrics.small_groups import OPENS_WITH
from metrics.tier_codes import Whole

_FX = 10  # the cell of `metrics.period_sums.Sums`


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProductEnds:
    """MRR of the products of all units at the two ends of a period, a row for each pair of them.

    Attributes
    ----------
    unit : array of whole numbers
        Place of the account in the `TwoEnds` of the same period.
    product : array of whole numbers
        Place of the product among the names of products, its own place for none.
    opening, closing : arrays of whole numbers
        MRR in minor units; 0 for none.
    closing_then : array of whole numbers, optional
        ``closing`` at the exchange rates of the close, where any amount is converted.
    """

    unit: Whole
    product: Whole
    opening: NDArray[Any]
    closing: NDArray[Any]
    closing_then: NDArray[Any] | None = None

    @classmethod
    def of(cls, unit: Whole, product: Whole, *amounts: NDArray[Any], products: int) -> Self:
        """Add up positions, of which a unit has one for each currency and account below it."""
        key = unit.astype(np.int64) * products + product
        pairs, row = np.unique(key, return_inverse=True)
        opening, closing, *then = (sum_by(row, one, pairs.size) for one in amounts)
        return cls(
            unit=pairs // products,
            product=pairs % products,
            opening=opening,
            closing=closing,
            closing_then=then[0] if then else None,
        )


def product_sums(
    ends: TwoEnds, rows: ProductEnds, *, table: AttributeTable, names: Sequence[str]
) -> PeriodSums:
    """Add up a period by combination of attributes and product.

    An account counts in the combination that it counts in as a whole. What it buys of a product
    that it did not have is expansion of that product, what it gives up of one is contraction; its
    churn is churn of them all.

    Parameters
    ----------
    names : sequence of str
        The names of products by their places in ``rows``.

    Returns
    -------
    PeriodSums
        With the product among the attributes. Opening and closing of the rows come to those of the
        whole; the other terms need not.
    """
    outcome = product_outcomes(ends.outcomes()[rows.unit], rows.opening, rows.closing)
    key = ends.sets()[rows.unit] * np.int64(len(names)) + rows.product
    found, number = np.unique(key, return_inverse=True)
    held = np.flatnonzero((rows.opening != 0) | (rows.closing != 0))
    amounts = rows.opening[held], rows.closing[held]
    columns = outcome_sums(number[held], outcome[held], amounts, sets=found.size)
    if rows.closing_then is not None:
        columns[_FX] = sum_by(number, rows.closing_then - rows.closing, found.size)
    combinations = [
        {**table[one // len(names)], PRODUCT: names[one % len(names)]} for one in found.tolist()
    ]
    return PeriodSums(
        table=AttributeTable(combinations),
        sums=np.stack(columns, axis=1),
        closing_total=int(sum_by(np.zeros(rows.unit.size, np.int64), rows.closing, 1)[0]),
    )


def count_holders(
    ends: TwoEnds,
    rows: ProductEnds,
    *,
    table: AttributeTable,
    names: Sequence[str],
    marks: Mapping[tuple[str, str], NDArray[np.bool_]],
) -> dict[frozenset[tuple[str, str]], tuple[int, int]]:
    """Count the accounts of each combination of attributes and of all products that they have.

    Parameters
    ----------
    names : sequence of str
        The names of products by their places in ``rows``.
    marks : mapping of pairs to arrays of bool
        Further pairs, and of each unit whether it has them.

    Returns
    -------
    dict
        By pairs of dimension and value, of products as many as an account pays for at either end,
        those that it opens with also under `OPENS_WITH`: the accounts in the opening base, and
        those that pay outside it.
    """
    held = np.flatnonzero((rows.opening != 0) | (rows.closing != 0))
    units, firsts = np.unique(rows.unit[held], return_index=True)
    several = [*((kind, name) for kind in (PRODUCT, OPENS_WITH) for name in names), *marks]
    bits = np.array([1 << place for place in range(len(several))], object)
    has = bits[rows.product[held]]
    opens = np.where(rows.opening[held] != 0, has << len(names), 0)
    masks = np.bitwise_or.reduceat(has | opens, firsts) if held.size else bits[:0]
    for bit, marked in zip(bits[2 * len(names) :], marks.values(), strict=True):
        masks = masks | bit * marked[units]
    is_inside = (ends.opening[units] != 0).tolist()
    found = Counter(zip(ends.sets()[units].tolist(), masks.tolist(), is_inside, strict=True))
    counts: defaultdict[frozenset[tuple[str, str]], list[int]] = defaultdict(lambda: [0, 0])
    for (number, mask, inside), accounts in found.items():
        pairs = (pair for place, pair in enumerate(several) if mask >> place & 1)
        counts[frozenset((*table[number].items(), *pairs))][not inside] += accounts
    return {pairs: (inside, outside) for pairs, (inside, outside) in counts.items()}


def product_outcomes(
    of_unit: NDArray[np.uint8], opening: NDArray[Any], closing: NDArray[Any]
) -> NDArray[np.uint8]:
    """Find the outcome of one product of each unit, by the outcomes of the units as a whole.

    Raises
    ------
    ReconciliationError
        If a balance is below zero.
    """
    if min(opening.min(initial=0), closing.min(initial=0)) < 0:
        raise ReconciliationError
    stays = np.isin(of_unit, (UnitOutcome.CONTRACTED, UnitOutcome.KEPT, UnitOutcome.PAUSED))
    kept = np.where(closing < opening, np.uint8(UnitOutcome.CONTRACTED), np.uint8(UnitOutcome.KEPT))
    own = np.where(opening == 0, np.uint8(UnitOutcome.CROSS_SOLD), kept)
    return np.where(stays, own, of_unit)
