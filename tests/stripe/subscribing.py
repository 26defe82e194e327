"""A subscription begins: with a trial, on a day of its own or the account's, paid or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.stripe import discounts
from tests.stripe.business import Business, items_of, period_of
from tests.stripe.invoices import draft, finalise, settle, void
from tests.stripe.lines import Period, proration_line, recurring_line, trial_line
from tests.stripe.moments import HOUR, Interval, after, next_after
from tests.stripe.refusals import ImpossibleStoryError, JsonObject

HOURS_TO_PAY = 23


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What somebody subscribes to.

    ``trial_end`` and ``anchor`` are moments; without ``proration`` the days until the anchor are
    free; ``tax_included`` in the prices is told by ``rates`` of the subscription or by ``lines`` of
    invoices alone; ``at_trial_end`` is what becomes of a trial without a card.
    """

    name: str
    customer: str
    items: Sequence[tuple[str, int]]
    trial_end: int | None = None
    anchor: int | None = None
    has_proration: bool = True
    coupons: Sequence[str] = ()
    currency: str | None = None
    tax: int = 0
    tax_included: str = ""
    at_trial_end: str = "create_invoice"


def subscribe(business: Business, order: Order) -> JsonObject:
    """Begin a subscription now, and bill it."""
    account = business.account
    prices = [account.get("price", f"price_{one}") for one, _ in order.items]
    currencies = {order.currency or price["currency"] for price in prices}
    if len(currencies) != 1 or len({rhythm(price) for price in prices}) != 1:
        raise ImpossibleStoryError("prices of one subscription share currency and interval")
    customer = account.get("customer", order.customer)
    if customer["currency"] not in {None, *currencies}:
        raise ImpossibleStoryError("a customer pays in one currency")
    customer["currency"] = currencies.pop()
    subscription = account.add(_subscription(business, order, customer["currency"]))
    for price, (_, quantity) in zip(prices, order.items, strict=True):
        add_item(business, subscription, price, quantity, _first_period(business, order, price))
    for coupon in order.coupons:
        discounts.give(business, subscription, coupon)
    account.happened("customer.subscription.created", subscription)
    _bill_first(business, subscription, order)
    return subscription


def add_item(
    business: Business, subscription: JsonObject, price: JsonObject, quantity: int, period: Period
) -> JsonObject:
    """Put another price on a subscription."""
    item: JsonObject = {
        "id": business.account.new_id("si"),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": business.now,
        "current_period_end": period[1],
        "current_period_start": period[0],
        "discounts": [],
        "metadata": {},
        "price": price,
        "subscription": subscription["id"],
        "tax_rates": [],
    }
    if price["recurring"]["usage_type"] == "licensed":
        item["quantity"] = quantity
    items_of(subscription).append(item)
    subscription["items"]["total_count"] = len(items_of(subscription))
    return item


def following(subscription: JsonObject, moment: int) -> int:
    """Return the end of the period that begins at ``moment``."""
    count, interval = rhythm(items_of(subscription)[0]["price"])
    return next_after(subscription["billing_cycle_anchor"], moment, count, interval)


def is_paid_in_advance(item: JsonObject) -> bool:
    """Tell whether an item has a price of its own before it is used."""
    return bool(item["price"]["recurring"]["usage_type"] == "licensed")


def rhythm(price: JsonObject) -> tuple[int, Interval]:
    """Return how many of which interval a price is for."""
    recurring = price["recurring"]
    return recurring["interval_count"], recurring["interval"]


def _first_period(business: Business, order: Order, price: JsonObject) -> Period:
    end = order.trial_end or order.anchor
    return business.now, end or after(business.now, *rhythm(price))


def _bill_first(business: Business, subscription: JsonObject, order: Order) -> None:
    period = period_of(subscription)
    items = [one for one in items_of(subscription) if is_paid_in_advance(one)]
    if order.trial_end:
        lines = [trial_line(business, subscription, one, period) for one in items]
    elif not order.anchor:
        lines = [recurring_line(business, subscription, one, period) for one in items]
    elif order.has_proration:
        lines = [_until_anchor(business, subscription, one) for one in items]
    else:
        lines = []
    invoice = draft(business, subscription, lines, reason="subscription_create")
    discounts.forget_ended(business, subscription)
    finalise(business, invoice)
    is_paid = settle(business, invoice)
    with business.account.changing(subscription, "customer.subscription.updated"):
        if not order.trial_end:
            subscription["status"] = "active" if is_paid else "incomplete"
    if not is_paid:
        expire = partial(_expire, business, subscription, invoice)
        business.agenda.at(business.now + HOURS_TO_PAY * HOUR, expire)


def _until_anchor(business: Business, subscription: JsonObject, item: JsonObject) -> JsonObject:
    end = item["current_period_end"]
    count, interval = rhythm(item["price"])
    return proration_line(business, subscription, item, (after(end, -count, interval), end), sign=1)


def _expire(business: Business, subscription: JsonObject, invoice: JsonObject) -> None:
    if subscription["status"] != "incomplete":
        return
    void(business, invoice)
    with business.account.changing(subscription, "customer.subscription.updated"):
        subscription["status"] = "incomplete_expired"
        subscription["ended_at"] = business.now


def _subscription(business: Business, order: Order, currency: str) -> JsonObject:
    subscription_id = f"sub_{order.name}"
    metadata: dict[str, Any] = {"tax": str(order.tax)} if order.tax else {}
    if order.tax_included:
        metadata["included"] = order.tax_included
    is_automatic = order.tax_included == "lines"
    rate = {"object": "tax_rate", "inclusive": True, "percentage": order.tax}
    items = f"/v1/subscription_items?subscription={subscription_id}"
    return {
        "id": subscription_id,
        "object": "subscription",
        "application": None,
        "automatic_tax": {"disabled_reason": None, "enabled": is_automatic, "liability": None},
        "billing_cycle_anchor": order.trial_end or order.anchor or business.now,
        "billing_mode": {"flexible": None, "type": "classic"},
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": business.now,
        "currency": currency,
        "customer": order.customer,
        "days_until_due": None,
        "default_payment_method": None,
        "default_tax_rates": [rate] if order.tax_included == "rates" else [],
        "description": None,
        "discounts": [],
        "ended_at": None,
        "items": {"object": "list", "data": [], "has_more": False, "total_count": 0, "url": items},
        "latest_invoice": None,
        "livemode": False,
        "metadata": metadata,
        "pause_collection": None,
        "pending_update": None,
        "schedule": None,
        "start_date": business.now,
        "status": "trialing" if order.trial_end else "incomplete",
        "test_clock": None,
        "trial_end": order.trial_end,
        "trial_settings": {"end_behavior": {"missing_payment_method": order.at_trial_end}},
        "trial_start": business.now if order.trial_end else None,
    }
