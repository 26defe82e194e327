"""Charges: what a subscription costs for each product, with the discounts taken off."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from metrics.contracts.discounts import SHARE
from metrics.contracts.terms import Cadence, Position, Price
from storage.importing.stripe.discounts import RecurringDiscount
from storage.importing.stripe.objects import Catalogue, Json, inner, key_of
from storage.importing.stripe.prices import Cost

_NOTHING = Fraction(0)
Off = tuple[date | None, Fraction]
"""Last day of a discount, and what it takes off in minor units."""


class PricedItem(NamedTuple):
    """Item of a subscription: its product's id and name, its cost, and its own discounts.

    ``tax`` is the share of what is left without it that the cost, after discounts, includes.
    """

    product: str
    name: str | None
    cost: Cost
    seats: int | None
    discounts: Sequence[RecurringDiscount] = ()
    tax: Fraction = _NOTHING


@dataclass(frozen=True, slots=True)
class Charge:
    """Cost of one product, before what discounts take off, the earliest to end first."""

    cost: Cost
    seats: int | None
    off: Sequence[Off] = ()

    def price(self, start: date) -> Price:
        """Build the price from a day on: of several discounts it has the one that ends first."""
        cadence, factor = _cadence(self.cost)
        full = self.cost.minor * factor
        off = [(last, part * factor) for last, part in self.off if last is None or last >= start]
        later = sum((part for _, part in off[1:]), _NOTHING)
        return self._price(full - later, cadence, off[:1])

    def _price(self, full: Fraction, cadence: Cadence, off: Sequence[Off]) -> Price:
        amount = round(full)
        if not off or not amount:
            return Price(amount_minor=amount, cadence=cadence, seats=self.seats)
        last, part = off[0]
        share = part / full
        is_exact = (share * SHARE).denominator == 1
        return Price(
            amount_minor=amount,
            cadence=cadence,
            discount_minor=0 if is_exact else min(amount, round(part)),
            discount_share=share if is_exact else _NOTHING,
            discount_last=last,
            seats=self.seats,
        )


def _cadence(cost: Cost) -> tuple[Cadence, Fraction]:
    """Choose what the amount is said for: its own interval, or else a year, where it is exact."""
    months = cost.months
    is_usual = months.denominator == 1 and months.numerator in {one.value for one in Cadence}
    if is_usual and cost.minor.denominator == 1:
        return Cadence(months.numerator), Fraction(1)
    return Cadence.YEAR, Cadence.YEAR.value / months


def product_of(price: Json, catalogue: Catalogue) -> tuple[str, str | None]:
    """Find the id of a price's product, and the name that the ledger knows it by."""
    product = price.get("product")
    key = key_of(product)
    known = product if inner(price, "product", "name") else catalogue.product(key)
    name = (known or {}).get("name") or price.get("nickname") or key
    return key or key_of(price), str(name).strip() or None


def charges_of(
    items: Iterable[PricedItem], discounts: Sequence[RecurringDiscount], currency: str
) -> Mapping[Position, Charge]:
    """Sum the items of a subscription by product.

    Parameters
    ----------
    discounts : sequence of RecurringDiscount
        Those of the whole subscription; they are taken off after those of its items.
    """
    rows = [_Row(item, item.cost.minor) for item in items]
    for row in rows:
        for one in row.item.discounts:
            row.take(one.last, one.minor + row.left * one.share)
    for one in discounts:
        meant = [row for row in rows if not one.products or row.item.product in one.products]
        total = sum((row.left for row in meant), _NOTHING)
        for row in meant:
            part = row.left / total if total else _NOTHING
            row.take(one.last, row.left * one.share + min(one.minor, total) * part)
    by_position: dict[Position, list[_Row]] = {}
    for row in rows:
        by_position.setdefault(Position(row.item.name, currency), []).append(row)
    return {position: _sum(some) for position, some in by_position.items()}


class _Row:
    """An item, what is left of its cost, and what has been taken off."""

    def __init__(self, item: PricedItem, left: Fraction) -> None:
        self.item, self.left = item, left
        self.off: dict[date | None, Fraction] = {}

    def take(self, last: date | None, minor: Fraction) -> None:
        minor = min(minor, self.left)
        if minor:
            self.left -= minor
            self.off[last] = self.off.get(last, _NOTHING) + minor


def _sum(rows: Sequence[_Row]) -> Charge:
    lengths = {row.item.cost.months for row in rows}
    months = lengths.pop() if len(lengths) == 1 else Fraction(Cadence.YEAR.value)
    minor, off = _NOTHING, dict[date | None, Fraction]()
    for row in rows:
        factor = months / row.item.cost.months / (1 + row.item.tax)
        minor += row.item.cost.minor * factor
        for last, part in row.off.items():
            off[last] = off.get(last, _NOTHING) + part * factor
    seats = [row.item.seats for row in rows]
    return Charge(
        Cost(minor, months),
        None if None in seats else sum(number or 0 for number in seats),
        sorted(off.items(), key=lambda one: one[0] or date.max),
    )
