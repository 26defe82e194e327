"""The shapes that API versions give to the same object.

Objects are kept in the newest one. Before 2025-03-31 the period was the subscription's and not its
items', and an invoice line had its price, its proration and its subscription at hand; before
2025-09-30 a discount had its coupon whole.
"""

from collections.abc import Callable
from typing import Any

from tests.stripe.refusals import JsonObject

NEWEST = "2026-10-28.endive"
CLOVER = "2025-09-30.clover"
BASIL = "2025-03-31.basil"
ACACIA = "2024-06-20"

Find = Callable[[str, str], JsonObject]


def shaped(value: JsonObject, version: str, find: Find) -> JsonObject:
    """Return a copy of an object in the shape of ``version``.

    ``find`` is asked for what that shape has whole and the newest by its id.
    """
    found: JsonObject = _shape(value, _Version(version, find))
    return found


class _Version:
    def __init__(self, name: str, find: Find) -> None:
        self.name = name
        self.find = find

    @property
    def is_before_basil(self) -> bool:
        return self.name < BASIL[:10]

    @property
    def is_before_clover(self) -> bool:
        return self.name < CLOVER[:10]

    def found(self, kind: str, object_id: str) -> JsonObject:
        return shaped(self.find(kind, object_id), self.name, self.find)


def _shape(value: Any, version: _Version) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, list):
        return [_shape(one, version) for one in value]
    if not isinstance(value, dict) or value.get("object") == "event":
        return value  # an event is as it was written then
    inside = {name: _shape(one, version) for name, one in value.items()}
    rewrite = _REWRITES.get(inside.get("object", ""))
    return rewrite(inside, version) if rewrite else inside


def _price(value: JsonObject, _: _Version) -> JsonObject:
    value.pop("tiers", None)  # these are only for those who expand them
    value.pop("currency_options", None)
    return value


def _coupon(value: JsonObject, _: _Version) -> JsonObject:
    value.pop("applies_to", None)
    return value


def _discount(value: JsonObject, version: _Version) -> JsonObject:
    if version.is_before_clover:
        value["coupon"] = version.found("coupon", value.pop("source")["coupon"])
    return value


def _item(value: JsonObject, _: _Version) -> JsonObject:
    value["plan"] = plan_of(value["price"])
    return value


def _subscription(value: JsonObject, version: _Version) -> JsonObject:
    if not version.is_before_basil:
        return value
    items = value["items"]["data"]
    value["current_period_start"] = max(one.pop("current_period_start") for one in items)
    value["current_period_end"] = min(one.pop("current_period_end") for one in items)
    discounts = value["discounts"]
    value["discount"] = version.found("discount", discounts[0]) if discounts else None
    value["plan"] = items[0]["plan"] if len(items) == 1 else None
    value["quantity"] = items[0].get("quantity") if len(items) == 1 else None
    del value["billing_mode"]
    return value


def _invoice(value: JsonObject, version: _Version) -> JsonObject:
    if not version.is_before_basil:
        return value
    parent = value.pop("parent")
    details = parent["subscription_details"] if parent else {}
    value["subscription"] = details.get("subscription")
    value["paid"] = value["status"] == "paid"
    value["discount"] = None
    value["tax"] = sum(one["amount"] for one in value.pop("total_taxes")) or None
    return value


def _line(value: JsonObject, version: _Version) -> JsonObject:
    if not version.is_before_basil:
        return value
    parent, pricing = value.pop("parent"), value.pop("pricing")
    details = parent["subscription_item_details"] or parent["invoice_item_details"]
    is_item = details["invoice_item"] is not None
    price = pricing and version.found("price", pricing["price_details"]["price"])
    value |= {
        "type": "invoiceitem" if is_item else "subscription",
        "price": price,
        "plan": plan_of(price) if price and price["recurring"] else None,
        "proration": details["proration"],
        "proration_details": details["proration_details"],
        "subscription": details["subscription"],
        "subscription_item": details.get("subscription_item"),
    }
    if is_item:
        value["invoice_item"] = details["invoice_item"]
    value["tax_amounts"] = [
        {
            "amount": one["amount"],
            "inclusive": one["tax_behavior"] == "inclusive",
            "taxable_amount": one["taxable_amount"],
        }
        for one in value.pop("taxes")
    ]
    return value


def plan_of(price: JsonObject) -> JsonObject:
    """Return the plan that a recurring price is for those who still ask for plans."""
    recurring = price["recurring"]
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": price["billing_scheme"],
        "created": price["created"],
        "currency": price["currency"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "livemode": False,
        "metadata": {},
        "nickname": price["nickname"],
        "product": price["product"],
        "tiers_mode": price["tiers_mode"],
        "trial_period_days": None,
        "usage_type": recurring["usage_type"],
    }


_REWRITES: dict[str, Callable[[JsonObject, _Version], JsonObject]] = {
    "coupon": _coupon,
    "discount": _discount,
    "invoice": _invoice,
    "line_item": _line,
    "price": _price,
    "subscription": _subscription,
    "subscription_item": _item,
}
