"""Balances of an account's products in one currency, day by day, as the columns spread them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from metrics.money import apportioned
from metrics.segments import NO_VALUE


class ProductStep(NamedTuple):
    """A movement; ``product`` is None where it states none, `NO_VALUE` where it is of none.

    ``line`` is 0 of one that the ledger holds.
    """

    day: int
    amount: int
    product: str | None
    line: int = 0


class ProductDay(NamedTuple):
    """Balances by product before the first and behind the last movement of a day."""

    day: int
    steps: Sequence[ProductStep]
    before: Mapping[str, int]
    after: Mapping[str, int]


def product_days(steps: Iterable[ProductStep]) -> Iterator[ProductDay]:
    """Yield the days of one account and currency, with what they have come to at each close.

    Parameters
    ----------
    steps : iterable of ProductStep
        In the order of the ledger: of equal remainders the first product's is raised.
    """
    in_order = [*steps]
    after = dict.fromkeys([*(step.product or NO_VALUE for step in in_order), NO_VALUE], 0)
    in_order.sort(key=lambda step: step.day)
    for day, of_day in groupby(in_order, key=lambda step: step.day):
        rows, before, unstated = [*of_day], after, 0
        after = dict(before)
        for step in rows:
            if step.product is None:
                unstated += step.amount
            else:
                after[step.product] += step.amount
        for product, part in _parts(unstated, after):
            after[product] += part
        yield ProductDay(day, rows, before, after)


def are_spread(steps: Sequence[ProductStep]) -> bool:
    """Tell whether a day, whose movements without a product are one, can take from products."""
    has_products = any(step.product not in {None, NO_VALUE} for step in steps)
    return has_products and any(step.product is None and step.amount < 0 for step in steps)


def stated_steps(steps: Sequence[ProductStep]) -> Iterable[ProductStep]:
    """List what the products of one account and currency move by when its decreases are spread."""
    if not are_spread(steps):
        return steps
    return (
        ProductStep(one.day, one.after[product] - one.before[product], product)
        for one in product_days(steps)
        for product in one.after
        if one.after[product] != one.before[product]
    )


def _parts(amount: int, balances: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Split what a day's movements without a product come to."""
    held = {product: balance for product, balance in balances.items() if balance > 0}
    whole = sum(held.values())
    if amount >= 0 or -amount > whole:
        yield NO_VALUE, amount
        return
    shares = [Fraction(-amount * balance, whole) for balance in held.values()]
    for product, part in zip(held, apportioned(shares, -amount), strict=True):
        yield product, -part
