"""Discounts of Stripe that recur: coupons for some months or for good, on one item or all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from metrics.period_grammar import ONE_DAY, shift_months
from storage.importing.stripe.objects import (
    Catalogue,
    Json,
    UntoldError,
    day_before,
    day_of,
    exact,
    inner,
    key_of,
    listed,
)
from storage.importing.stripe.prices import ledger_minor

_HUNDRED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringDiscount:
    """A share of each price, or minor units of each invoice, until ``last`` or for good.

    ``products`` are ids of those that it applies to, None for all; ``begins`` is a moment.
    """

    begins: int
    last: date | None
    share: Fraction = Fraction(0)
    minor: Fraction = Fraction(0)
    products: frozenset[str] | None = None


def discounts_of(holder: Json, currency: str, catalogue: Catalogue) -> Sequence[RecurringDiscount]:
    """Read the discounts that recur of a subscription, an item, a line or a customer."""
    named = [*listed(holder.get("discounts"))] or [holder.get("discount")]
    return list(_told([one for one in named if one], currency, catalogue))


class GivenDiscount(NamedTuple):
    """Discount that a subscription shows by a moment, of one ``item`` or, with none, of all."""

    discount: RecurringDiscount
    shown: int
    item: str = ""


def given_discounts(
    said: Json, moment: int, currency: str, catalogue: Catalogue
) -> Mapping[str, GivenDiscount]:
    """Read the discounts that recur by their ids, as a subscription and its items show them."""
    named = [*listed(said.get("discounts"))] or [said.get("discount")]
    given = [("", one) for one in named]
    for item in listed(said.get("items")):
        given += [(key_of(item), one) for one in listed(item.get("discounts"))]
    found = {}
    for item, one in given:
        for discount in _told([one] if one else [], currency, catalogue):
            found[key_of(one)] = GivenDiscount(discount, moment, item)
    return found


def discount_named(key: str, currency: str, catalogue: Catalogue) -> RecurringDiscount | None:
    """Read the discount of an id; None of one that does not recur, or that cannot be told."""
    return next(_told([key], currency, catalogue), None)


def _told(
    named: Sequence[object], currency: str, catalogue: Catalogue
) -> Iterator[RecurringDiscount]:
    for one in named:
        try:
            found = _discount(one, currency, catalogue)
        except UntoldError as error:
            catalogue.untold.add(error)
        else:
            if found is not None:
                yield found


def _discount(one: object, currency: str, catalogue: Catalogue) -> RecurringDiscount | None:
    said = one if isinstance(one, Mapping) else catalogue.discount(key_of(one))
    if said is None:
        raise UntoldError("discounts that Stripe no longer shows", key_of(one))
    coupon = _coupon(said, catalogue)
    if coupon.get("duration") == "once":  # a credit of one invoice
        return None
    off = exact(coupon.get("amount_off"))
    if off is not None and str(coupon.get("currency", currency)).upper() != currency:
        off = exact(inner(coupon, "currency_options", currency.lower(), "amount_off"))
        if off is None:  # an amount in another currency takes nothing off
            return None
    products = inner(coupon, "applies_to", "products")
    return RecurringDiscount(
        begins=int(said.get("start") or 0),
        last=_last(said, coupon),
        share=(exact(coupon.get("percent_off")) or Fraction(0)) / _HUNDRED,
        minor=Fraction(0) if off is None else ledger_minor(off, currency),
        products=frozenset(products) if products else None,
    )


def _coupon(discount: Json, catalogue: Catalogue) -> Json:
    named = discount.get("coupon") or inner(discount, "source", "coupon")
    coupon = catalogue.coupon(key_of(named)) if named else None
    if coupon is None and isinstance(named, Mapping):
        coupon = named
    if coupon is None:
        raise UntoldError("discounts whose coupon Stripe no longer shows", key_of(discount))
    return coupon


def _last(discount: Json, coupon: Json) -> date | None:
    if discount.get("end"):
        return day_before(int(discount["end"]))
    months, begins = coupon.get("duration_in_months"), discount.get("start")
    if coupon.get("duration") == "repeating" and months and begins:
        return shift_months(day_of(int(begins)), int(months)) - ONE_DAY
    return None
