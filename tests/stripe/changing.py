"""Items of a subscription change: another price, another quantity, one more, one less."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tests.stripe.business import Business, items_of, period_of
from tests.stripe.invoices import draft, finalise, settle
from tests.stripe.lines import Period, proration_line, recurring_line, trial_line
from tests.stripe.moments import DAY
from tests.stripe.refusals import ImpossibleStoryError, JsonObject
from tests.stripe.renewing import plan_renewal
from tests.stripe.subscribing import add_item, following, is_paid_in_advance, rhythm

Proration = Literal["create_prorations", "always_invoice", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """One item's change by the names of prices: no ``old`` adds one, no ``new`` takes it away."""

    old: str | None
    new: str | None
    quantity: int = 1


def change(
    business: Business,
    subscription: JsonObject,
    changes: Sequence[ItemChange],
    proration: Proration = "create_prorations",
) -> None:
    """Change items now; the time already paid is given back unless ``proration`` is none."""
    before = rhythm(items_of(subscription)[0]["price"])
    period = period_of(subscription)
    is_prorated = proration != "none" and subscription["status"] in {"active", "past_due"}
    with business.account.changing(subscription, "customer.subscription.updated"):
        given_back, touched = _apply(business, subscription, changes, period)
        starts_anew = rhythm(items_of(subscription)[0]["price"]) != before
        if starts_anew:
            _begin_period(business, subscription)
    lines = given_back if is_prorated else []
    if starts_anew:
        now = period_of(subscription)
        for item in items_of(subscription):
            lines.append(recurring_line(business, subscription, item, now))
        plan_renewal(business, subscription)
    elif is_prorated:
        for item in touched:
            lines.append(proration_line(business, subscription, item, period, sign=1))
    if starts_anew or (lines and proration == "always_invoice"):
        bill_at_once(business, subscription, lines)
    else:
        wait(business, subscription, lines)


def wait(business: Business, subscription: JsonObject, lines: Sequence[JsonObject]) -> None:
    """Keep lines for the next invoice; until then they are invoice items."""
    business.waiting[subscription["id"]].extend(lines)
    for line in lines:
        business.account.add(invoice_item(subscription["customer"], line))


def invoice_item(customer: str, line: JsonObject) -> JsonObject:
    """Return the invoice item that a line comes from."""
    parent = line["parent"]
    details = parent["subscription_item_details"] or parent["invoice_item_details"]
    item: JsonObject = {
        "id": details["invoice_item"],
        "object": "invoiceitem",
        "customer": customer,
        "date": line["period"]["start"],
        "created": line["period"]["start"],
        "invoice": None,
        "parent": None,
        "proration": details["proration"],
    }
    if details.get("subscription_item"):
        owner = {name: details[name] for name in ("subscription", "subscription_item")}
        item["parent"] = {"subscription_details": owner, "type": "subscription_details"}
    same = ("amount", "currency", "description", "discountable", "discounts", "livemode",
            "metadata", "period", "pricing", "quantity")  # fmt: skip
    return item | {name: line[name] for name in same}


def _apply(
    business: Business, subscription: JsonObject, changes: Sequence[ItemChange], period: Period
) -> tuple[list[JsonObject], list[JsonObject]]:
    given_back, touched = [], []
    for one in changes:
        item = _item(subscription, one.old) if one.old else None
        if item and is_paid_in_advance(item) and period[1] > business.now:
            given_back.append(proration_line(business, subscription, item, period, sign=-1))
        changed = _changed(business, subscription, item, one, period)
        if changed and is_paid_in_advance(changed):
            touched.append(changed)
    return given_back, touched


def _changed(
    business: Business,
    subscription: JsonObject,
    item: JsonObject | None,
    one: ItemChange,
    period: Period,
) -> JsonObject | None:
    if one.new is None:
        items_of(subscription).remove(item)  # type: ignore[arg-type]
        subscription["items"]["total_count"] -= 1
        return None
    price = business.account.get("price", f"price_{one.new}")
    if subscription["currency"] not in price["currency_options"]:
        raise ImpossibleStoryError("a subscription keeps its currency")
    if item is None:
        return add_item(business, subscription, price, one.quantity, period)
    item["price"] = price
    if is_paid_in_advance(item):
        item["quantity"] = one.quantity
    return item


def _begin_period(business: Business, subscription: JsonObject) -> None:
    subscription["billing_cycle_anchor"] = business.now
    end = following(subscription, business.now)
    for item in items_of(subscription):
        item["current_period_start"], item["current_period_end"] = business.now, end


def _item(subscription: JsonObject, price: str) -> JsonObject:
    for item in items_of(subscription):
        if item["price"]["id"] == f"price_{price}":
            return item
    raise ImpossibleStoryError(f"{subscription['id']} has no item of {price}")


def schedule(business: Business, subscription: JsonObject, changes: Sequence[ItemChange]) -> None:
    """Have items change at the end of the period, as a schedule's next phase does."""
    plan = business.account.add(
        {
            "id": business.account.new_id("sub_sched"),
            "object": "subscription_schedule",
            "canceled_at": None,
            "completed_at": None,
            "created": business.now,
            "current_phase": None,
            "customer": subscription["customer"],
            "end_behavior": "release",
            "livemode": False,
            "metadata": {},
            "phases": [],
            "released_at": None,
            "released_subscription": None,
            "status": "active",
            "subscription": subscription["id"],
        }
    )
    business.account.happened("subscription_schedule.created", plan)
    with business.account.changing(subscription, "customer.subscription.updated"):
        subscription["schedule"] = plan["id"]

    def start() -> None:
        _apply(business, subscription, changes, period_of(subscription))
        subscription["schedule"] = None

    business.scheduled[subscription["id"]] = start


def begin_anew(business: Business, subscription: JsonObject) -> None:
    """Bill from today on: the rest of the period is given back, a whole one is taken."""
    period = period_of(subscription)
    items = [one for one in items_of(subscription) if is_paid_in_advance(one)]
    lines = [proration_line(business, subscription, one, period, sign=-1) for one in items]
    with business.account.changing(subscription, "customer.subscription.updated"):
        _begin_period(business, subscription)
    now = period_of(subscription)
    lines += [recurring_line(business, subscription, one, now) for one in items]
    plan_renewal(business, subscription)
    bill_at_once(business, subscription, lines)


def extend_trial(business: Business, subscription: JsonObject, days: int) -> None:
    """Let a trial end later."""
    end = subscription["trial_end"] + days * DAY
    with business.account.changing(subscription, "customer.subscription.updated"):
        subscription["trial_end"] = subscription["billing_cycle_anchor"] = end
        for item in items_of(subscription):
            item["current_period_start"], item["current_period_end"] = business.now, end
    period = period_of(subscription)
    items = [one for one in items_of(subscription) if is_paid_in_advance(one)]
    plan_renewal(business, subscription)
    bill_at_once(
        business, subscription, [trial_line(business, subscription, one, period) for one in items]
    )


def bill_at_once(business: Business, subscription: JsonObject, lines: list[JsonObject]) -> None:
    """Make an invoice of lines, and have it paid."""
    invoice = draft(business, subscription, lines, reason="subscription_update")
    finalise(business, invoice)
    settle(business, invoice)
