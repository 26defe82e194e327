"""Prices of Stripe: what a quantity costs, in the ledger's minor units, and for how many months."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from metrics.money import UnknownCurrencyError, minor_digits
from storage.importing.stripe.objects import (
    Catalogue,
    Json,
    UntoldError,
    exact,
    inner,
    key_of,
    listed,
)

_WHOLE = frozenset(
    [
        *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV"),
        *("XAF", "XOF", "XPF"),
    ]
)
"""Currencies whose amounts Stripe writes without decimals; the others have two, or three."""
_THOUSANDTHS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
_MONTHS = {
    "month": Fraction(1),
    "year": Fraction(12),
    "week": Fraction(12, 52),
    "day": Fraction(12, 365),
}


class Cost(NamedTuple):
    """Recurring cost: exact minor units of the ledger for each ``months``."""

    minor: Fraction
    months: Fraction


def ledger_minor(amount: Fraction, currency: str) -> Fraction:
    """Convert an amount in Stripe's smallest unit to the ledger's minor units.

    Raises
    ------
    UntoldError
        If the ledger does not know the currency.
    """
    decimals = 0 if currency in _WHOLE else 3 if currency in _THOUSANDTHS else 2
    try:
        digits = minor_digits(currency)
    except UnknownCurrencyError:
        raise UntoldError("amounts in a currency that is not in ISO 4217", currency) from None
    return amount * Fraction(10) ** (digits - decimals)


def price_of(item: Json) -> Json:
    """Take the price of an item or line, a plan of old being one."""
    price = item.get("price")
    if isinstance(price, Mapping):
        return price
    plan = item.get("plan")
    return _of_plan(plan) if isinstance(plan, Mapping) else {"id": key_of(price or plan)}


def _of_plan(plan: Json) -> Json:
    return {
        **plan,
        "unit_amount": plan.get("amount"),
        "unit_amount_decimal": plan.get("amount_decimal"),
        "transform_quantity": plan.get("transform_usage"),
        "recurring": {
            name: plan.get(name) for name in ("interval", "interval_count", "usage_type")
        },
    }


def is_metered(price: Json) -> bool:
    """Tell whether a price is charged by use: such prices are no committed MRR."""
    return bool(inner(price, "recurring", "usage_type") == "metered")


def whole_price(price: Json, currency: str, catalogue: Catalogue) -> Json:
    """Fill in what a price of an item does not say of itself: tiers, and other currencies."""
    is_whole = inner(price, "recurring", "interval") in _MONTHS
    is_tiered = price.get("billing_scheme") == "tiered"
    is_other = str(price.get("currency", "")).upper() != currency
    if is_whole and not is_other and (not is_tiered or listed(price.get("tiers"))):
        return price
    return catalogue.price(key_of(price)) or price


def months_of(price: Json) -> Fraction:
    """Find for how many months a price is.

    Raises
    ------
    UntoldError
        If it does not say so.
    """
    every = inner(price, "recurring", "interval")
    if every not in _MONTHS:
        raise UntoldError("prices of an unknown interval", key_of(price))
    return _MONTHS[every] * int(inner(price, "recurring", "interval_count") or 1)


def cost_of(price: Json, quantity: int, currency: str) -> Cost:
    """Work out what a quantity costs.

    Raises
    ------
    UntoldError
        If the price does not say so.
    """
    months = months_of(price)
    said = price
    if str(price.get("currency", currency)).upper() != currency:
        said = inner(price, "currency_options", currency.lower()) or {}
    if price.get("billing_scheme") == "tiered":
        amount = _tiered(listed(said.get("tiers")), quantity, key_of(price), price)
    else:
        amount = _unit(said, key_of(price)) * _packages(price, quantity)
    return Cost(ledger_minor(amount, currency), months)


def _unit(said: Json, key: str) -> Fraction:
    amount = exact(said.get("unit_amount_decimal"))
    amount = exact(said.get("unit_amount")) if amount is None else amount
    if amount is None:
        raise UntoldError("prices without an amount", key)
    return amount


def _packages(price: Json, quantity: int) -> int:
    size = inner(price, "transform_quantity", "divide_by")
    if not size:
        return quantity
    whole = ceil if inner(price, "transform_quantity", "round") == "up" else floor
    return whole(Fraction(quantity, int(size)))


def _tiered(tiers: Sequence[Json], quantity: int, key: str, price: Json) -> Fraction:
    """Price a quantity by its tiers: the one that it reaches, or each for its part."""
    is_volume = price.get("tiers_mode") == "volume"
    amount, below = Fraction(0), 0
    for tier in tiers:
        ends = tier.get("up_to")
        top = quantity if ends is None else min(quantity, int(ends))
        reaches = ends is None or quantity <= int(ends)
        if is_volume and not reaches:
            continue
        part = quantity if is_volume else top - below
        amount += _of_tier(tier, "unit_amount") * part + _of_tier(tier, "flat_amount")
        if reaches:
            return amount
        below = top
    raise UntoldError("tiered prices without amounts", key)


def _of_tier(tier: Json, name: str) -> Fraction:
    said = exact(tier.get(f"{name}_decimal"))
    said = exact(tier.get(name)) if said is None else said
    return Fraction(0) if said is None else said
