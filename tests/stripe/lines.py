"""Invoice lines: what a period costs, what a change in the middle of it gives back and takes."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from tests.stripe.business import Business
from tests.stripe.discounts import active, amount_off
from tests.stripe.refusals import JsonObject

Period = tuple[int, int]


def cost(price: JsonObject, quantity: int, currency: str) -> Decimal:
    """Return what a period of ``quantity`` costs, in Stripe's minor unit and not rounded."""
    if not price["tiers"]:
        return Decimal(price["currency_options"][currency]["unit_amount_decimal"]) * quantity
    for tier in price["tiers"]:
        if tier["up_to"] is None or quantity <= tier["up_to"]:
            return Decimal(tier["unit_amount"]) * quantity + Decimal(tier["flat_amount"] or 0)
    raise AssertionError("the last tier has no end")


def recurring_line(
    business: Business, subscription: JsonObject, item: JsonObject, period: Period
) -> JsonObject:
    """Return the line of a whole period of an item; of a metered one what was used of it."""
    price = item["price"]
    is_metered = price["recurring"]["usage_type"] == "metered"
    quantity = business.used.pop(item["id"], 0) if is_metered else item["quantity"]
    gross = cost(price, quantity, subscription["currency"])
    line = _line(business, subscription, item, period, _rounded(gross)) | {"quantity": quantity}
    left = gross
    for discount in active(business, subscription, item):
        off = amount_off(business, discount, left)
        left -= off
        line["discounts"].append(discount["id"])
        line["discount_amounts"].append({"amount": _rounded(off), "discount": discount["id"]})
    return line


def trial_line(
    business: Business, subscription: JsonObject, item: JsonObject, period: Period
) -> JsonObject:
    """Return the line of a trial, which costs nothing."""
    line = _line(business, subscription, item, period, 0)
    return line | {"description": f"Trial period for {item['price']['id']}"}


def proration_line(
    business: Business, subscription: JsonObject, item: JsonObject, whole: Period, *, sign: int
) -> JsonObject:
    """Return the rest of an item's period from now on, given back (-1) or taken (1).

    Its amount is what is left after discounts, which are named with nothing beside them.
    """
    start, end = whole
    discounts = active(business, subscription, item)
    left = cost(item["price"], item["quantity"], subscription["currency"])
    for discount in discounts:
        left -= amount_off(business, discount, left)
    part = left * (end - business.now) / (end - start)
    line = _line(business, subscription, item, (business.now, end), sign * _rounded(part))
    details = line["parent"]["subscription_item_details"]
    details |= {"invoice_item": business.account.new_id("ii"), "proration": True}
    words = "Unused time on" if sign < 0 else "Remaining time on"
    return line | {
        "description": f"{words} {item['quantity']} of {item['price']['id']}",
        "discount_amounts": [{"amount": 0, "discount": one["id"]} for one in discounts],
        "discountable": False,
        "discounts": [one["id"] for one in discounts],
    }


def single_line(
    business: Business, customer: JsonObject, subscription: str | None, amount: int, words: str
) -> JsonObject:
    """Return the line of an invoice item, which is charged (or credited) once."""
    item = business.account.new_id("ii")
    details = {
        "invoice_item": item,
        "proration": False,
        "proration_details": None,
        "subscription": subscription,
    }
    parent = {
        "invoice_item_details": details,
        "subscription_item_details": None,
        "type": "invoice_item_details",
    }
    return _any_line(business, (business.now, business.now), amount, parent) | {
        "currency": customer["currency"],
        "description": words,
        "quantity": 1,
    }


def with_tax(lines: Sequence[JsonObject], percent: int, *, is_included: bool = False) -> None:
    """Put a tax on what is left of lines after their discounts, or find the one it includes."""
    behaviour = "inclusive" if is_included else "exclusive"
    for line in lines:
        left = line["amount"] - sum(one["amount"] for one in line["discount_amounts"])
        base = 100 + percent if is_included else 100
        tax = _rounded(Decimal(left) * percent / base)
        taxable = left - tax if is_included else left
        line["taxes"] = [{"amount": tax, "tax_behavior": behaviour, "taxable_amount": taxable}]


def _line(
    business: Business, subscription: JsonObject, item: JsonObject, period: Period, amount: int
) -> JsonObject:
    details = {
        "invoice_item": None,
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": subscription["id"],
        "subscription_item": item["id"],
    }
    parent = {
        "invoice_item_details": None,
        "subscription_item_details": details,
        "type": "subscription_item_details",
    }
    price = item["price"]
    return _any_line(business, period, amount, parent) | {
        "currency": subscription["currency"],
        "description": f"{item.get('quantity', 0)} of {price['id']}",
        "discountable": True,
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": _unit_amount(price, subscription["currency"]),
        },
        "quantity": item.get("quantity"),
    }


def _any_line(business: Business, period: Period, amount: int, parent: JsonObject) -> JsonObject:
    return {
        "id": business.account.new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": "usd",
        "description": None,
        "discount_amounts": [],
        "discountable": False,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "parent": parent,
        "period": {"end": period[1], "start": period[0]},
        "pretax_credit_amounts": [],
        "pricing": None,
        "quantity": None,
        "subtotal": amount,
        "taxes": [],
    }


def _unit_amount(price: JsonObject, currency: str) -> str | None:
    found: str | None = price["currency_options"][currency]["unit_amount_decimal"]
    return None if price["tiers"] else found


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
