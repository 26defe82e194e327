"""Coupons on subscriptions: what is off, and until when."""

from decimal import Decimal

from tests.stripe.business import Business
from tests.stripe.moments import after
from tests.stripe.refusals import JsonObject


def give(
    business: Business, subscription: JsonObject, coupon_id: str, item: JsonObject | None = None
) -> JsonObject:
    """Put a coupon on a subscription, or an item of it, from now on, beside those it has."""
    account = business.account
    coupon = account.get("coupon", coupon_id)
    months = coupon["duration_in_months"]
    discount = account.add(
        {
            "id": account.new_id("di"),
            "object": "discount",
            "checkout_session": None,
            "customer": subscription["customer"],
            "end": after(business.now, months, "month") if months else None,
            "invoice": None,
            "invoice_item": None,
            "promotion_code": None,
            "source": {"coupon": coupon_id, "type": "coupon"},
            "start": business.now,
            "subscription": subscription["id"],
            "subscription_item": item["id"] if item else None,
        }
    )
    coupon["times_redeemed"] += 1
    (item or subscription)["discounts"].append(discount["id"])
    account.happened("customer.discount.created", discount)
    return discount


def take_all(business: Business, subscription: JsonObject) -> None:
    """Take every discount off a subscription."""
    for discount_id in subscription["discounts"]:
        discount = business.account.get("discount", discount_id)
        discount["end"] = business.now
        discount["deleted"] = True
        business.account.happened("customer.discount.deleted", discount)
    subscription["discounts"] = []


def active(
    business: Business, subscription: JsonObject, item: JsonObject | None = None
) -> list[JsonObject]:
    """Return the discounts that an invoice of now has, those of an item first."""
    ids = [*(item["discounts"] if item else []), *subscription["discounts"]]
    found = [business.account.get("discount", one) for one in ids]
    return [one for one in found if one["end"] is None or business.now < one["end"]]


def forget_ended(business: Business, subscription: JsonObject) -> None:
    """Drop what has run out or was for one invoice; a subscription does so when it is billed."""
    kept = [one for one in active(business, subscription) if not _is_for_once(business, one)]
    subscription["discounts"] = [one["id"] for one in kept]


def amount_off(business: Business, discount: JsonObject, amount: Decimal) -> Decimal:
    """Return what a discount takes off an amount, at most all of it."""
    coupon = business.account.get("coupon", discount["source"]["coupon"])
    if coupon["percent_off"] is not None:
        return amount * Decimal(str(coupon["percent_off"])) / 100
    return min(amount, Decimal(coupon["amount_off"]))


def _is_for_once(business: Business, discount: JsonObject) -> bool:
    coupon = business.account.get("coupon", discount["source"]["coupon"])
    return bool(coupon["duration"] == "once")
