"""Customers, and what is for sale: products, prices, coupons."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tests.stripe.account import StripeAccount
from tests.stripe.moments import Interval
from tests.stripe.refusals import JsonObject


def add_customer(account: StripeAccount, name: str, *, title: str | None = None) -> JsonObject:
    """Add a customer with the id ``cus_NAME``."""
    customer = account.add(
        {
            "id": f"cus_{name}",
            "object": "customer",
            "address": None,
            "balance": 0,
            "created": account.now,
            "currency": None,
            "default_source": None,
            "delinquent": False,
            "description": None,
            "discount": None,
            "email": f"billing@{name}.example",
            "invoice_prefix": name.upper()[:8],
            "invoice_settings": {
                "custom_fields": None,
                "default_payment_method": None,
                "footer": None,
                "rendering_options": None,
            },
            "livemode": False,
            "metadata": {},
            "name": title or name.replace("_", " ").title(),
            "phone": None,
            "preferred_locales": [],
            "shipping": None,
            "tax_exempt": "none",
            "test_clock": None,
        }
    )
    account.happened("customer.created", customer)
    return customer


def add_product(account: StripeAccount, name: str, *, title: str | None = None) -> JsonObject:
    """Add a product with the id ``prod_NAME``."""
    product = account.add(
        {
            "id": f"prod_{name}",
            "object": "product",
            "active": True,
            "created": account.now,
            "default_price": None,
            "description": None,
            "images": [],
            "livemode": False,
            "marketing_features": [],
            "metadata": {},
            "name": title or name.title(),
            "package_dimensions": None,
            "shippable": None,
            "statement_descriptor": None,
            "tax_code": None,
            "type": "service",
            "unit_label": None,
            "updated": account.now,
            "url": None,
        }
    )
    account.happened("product.created", product)
    return product


def add_price(
    account: StripeAccount,
    name: str,
    *,
    product: str,
    amount: str,
    currency: str = "usd",
    every: int = 1,
    interval: Interval = "month",
    usage: str = "licensed",
    tiers: list[dict[str, Any]] | None = None,
    also: Mapping[str, str] | None = None,
    tax_behavior: str = "unspecified",
) -> JsonObject:
    """Add a recurring price with the id ``price_NAME``.

    ``amount`` is in Stripe's minor unit and may have decimals; ``tiers`` take its place. ``also``
    has what it is in other currencies.
    """
    unit = Decimal(amount)
    price = account.add(
        {
            "id": f"price_{name}",
            "object": "price",
            "active": True,
            "billing_scheme": "tiered" if tiers else "per_unit",
            "created": account.now,
            "currency": currency,
            "currency_options": {
                code: _in_currency(one) for code, one in {currency: amount, **(also or {})}.items()
            },
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": f"prod_{product}",
            "recurring": {
                "interval": interval,
                "interval_count": every,
                "meter": None,
                "trial_period_days": None,
                "usage_type": usage,
            },
            "tax_behavior": tax_behavior,
            "tiers": tiers,
            "tiers_mode": "volume" if tiers else None,
            "transform_quantity": None,
            "type": "recurring",
            "unit_amount": None if tiers or unit % 1 else int(unit),
            "unit_amount_decimal": None if tiers else amount,
        }
    )
    account.happened("price.created", price)
    return price


def add_coupon(
    account: StripeAccount,
    name: str,
    *,
    percent_off: float | None = None,
    amount_off: int | None = None,
    currency: str | None = None,
    months: int | None = None,
    duration: str | None = None,
) -> JsonObject:
    """Add a coupon, repeating if it has ``months``, else for ever or as ``duration`` says."""
    coupon = account.add(
        {
            "id": name,
            "object": "coupon",
            "amount_off": amount_off,
            "applies_to": None,
            "created": account.now,
            "currency": currency,
            "duration": duration or ("repeating" if months else "forever"),
            "duration_in_months": months,
            "livemode": False,
            "max_redemptions": None,
            "metadata": {},
            "name": name.title(),
            "percent_off": percent_off,
            "redeem_by": None,
            "times_redeemed": 0,
            "valid": True,
        }
    )
    account.happened("coupon.created", coupon)
    return coupon


def _in_currency(amount: str) -> JsonObject:
    return {
        "custom_unit_amount": None,
        "tax_behavior": "unspecified",
        "unit_amount": None if Decimal(amount) % 1 else int(amount),
        "unit_amount_decimal": amount,
    }
