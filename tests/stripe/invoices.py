"""Invoices: drafted, finalised, paid or not."""

from collections.abc import Sequence

from tests.stripe.account import StripeAccount
from tests.stripe.business import Business
from tests.stripe.lines import Period, with_tax
from tests.stripe.refusals import JsonObject

LINES_SHOWN = 10


def draft(
    business: Business,
    subscription: JsonObject,
    lines: Sequence[JsonObject],
    *,
    reason: str,
    looks_back: Period | None = None,
) -> JsonObject:
    """Make a draft of ``lines`` and of whatever waits for the subscription or its customer.

    Its own period is the one before the lines', or no time at all.
    """
    account = business.account
    waiting = business.waiting.pop(subscription["id"], [])
    waiting += business.waiting.pop(subscription["customer"], [])
    customer = account.get("customer", subscription["customer"])
    invoice = account.add(_invoice(business, subscription, reason, looks_back))
    all_lines = [*waiting, *lines]
    _take_in(account, invoice, all_lines)
    if rate := subscription["metadata"].get("tax"):
        with_tax(all_lines, int(rate), is_included="included" in subscription["metadata"])
    _add_up(invoice, all_lines, customer)
    account.happened("invoice.created", invoice)
    with account.changing(subscription, "customer.subscription.updated"):
        subscription["latest_invoice"] = invoice["id"]
    return invoice


def draft_alone(business: Business, customer: JsonObject) -> JsonObject:
    """Make a draft of what waits for a customer, which no subscription has to do with."""
    account = business.account
    stub = {
        "id": None,
        "collection_method": "charge_automatically",
        "currency": customer["currency"],
        "customer": customer["id"],
        "discounts": [],
    }
    invoice = account.add(_invoice(business, stub, "manual", None) | {"parent": None})
    lines = business.waiting.pop(customer["id"], [])
    _take_in(account, invoice, lines)
    _add_up(invoice, lines, customer)
    account.happened("invoice.created", invoice)
    return invoice


def finalise(business: Business, invoice: JsonObject) -> None:
    """Make a draft final: from now on it is owed."""
    if invoice["status"] != "draft":
        return
    customer = business.account.get("customer", invoice["customer"])
    customer["balance"] = invoice["ending_balance"] = min(
        0, invoice["total"] + invoice["starting_balance"]
    )
    invoice["status"] = "open"
    invoice["auto_advance"] = True
    invoice["number"] = f"{customer['invoice_prefix']}-{invoice['id'][-4:]}"
    invoice["status_transitions"]["finalized_at"] = business.now
    business.account.happened("invoice.finalized", invoice)


def settle(business: Business, invoice: JsonObject) -> bool:
    """Try to have a final invoice paid, and tell whether it is."""
    if invoice["status"] == "paid":
        return True
    account = business.account
    invoice["attempted"] = True
    if invoice["amount_due"]:
        invoice["attempt_count"] += 1
        if invoice["customer"] in business.failing:
            account.happened("invoice.payment_failed", invoice)
            return False
    invoice["status"] = "paid"
    invoice["auto_advance"] = False
    invoice["amount_paid"], invoice["amount_remaining"] = invoice["amount_due"], 0
    invoice["status_transitions"]["paid_at"] = business.now
    account.happened("invoice.paid", invoice)
    account.happened("invoice.payment_succeeded", invoice)
    return True


def void(business: Business, invoice: JsonObject) -> None:
    """Void an invoice: nobody owes it, and nobody ever paid it."""
    invoice["status"] = "void"
    invoice["auto_advance"] = False
    invoice["status_transitions"]["voided_at"] = business.now
    business.account.happened("invoice.voided", invoice)


def give_up(business: Business, invoice: JsonObject) -> None:
    """Mark an invoice as one that will never be paid."""
    invoice["status"] = "uncollectible"
    invoice["auto_advance"] = False
    invoice["status_transitions"]["marked_uncollectible_at"] = business.now
    business.account.happened("invoice.marked_uncollectible", invoice)


def _take_in(account: StripeAccount, invoice: JsonObject, lines: Sequence[JsonObject]) -> None:
    for line in lines:
        line["invoice"] = invoice["id"]
        account.add(line)
        if (item := came_from(line)) and account.has("invoiceitem", item):
            account.get("invoiceitem", item)["invoice"] = invoice["id"]


def came_from(line: JsonObject) -> str | None:
    """Return the id of the invoice item that a line comes from, if it comes from one."""
    parent = line["parent"]
    details = parent["subscription_item_details"] or parent["invoice_item_details"]
    item: str | None = details["invoice_item"]
    return item


def _add_up(invoice: JsonObject, lines: Sequence[JsonObject], customer: JsonObject) -> None:
    subtotal = sum(line["amount"] for line in lines)
    off = [one for line in lines for one in line["discount_amounts"]]
    taxes = [one for line in lines for one in line["taxes"]]
    added = sum(one["amount"] for one in taxes if one["tax_behavior"] == "exclusive")
    total = subtotal - sum(one["amount"] for one in off) + added
    due = max(0, total + customer["balance"])
    url = f"/v1/invoices/{invoice['id']}/lines"
    invoice |= {
        "amount_due": due,
        "amount_remaining": due,
        "lines": {
            "object": "list",
            "data": list(lines[:LINES_SHOWN]),
            "has_more": len(lines) > LINES_SHOWN,
            "total_count": len(lines),
            "url": url,
        },
        "starting_balance": customer["balance"],
        "subtotal": subtotal,
        "total": total,
        "total_discount_amounts": off,
        "total_taxes": taxes,
    }


def _invoice(
    business: Business, subscription: JsonObject, reason: str, looks_back: Period | None
) -> JsonObject:
    now = business.now
    start, end = looks_back or (now, now)
    customer = business.account.get("customer", subscription["customer"])
    return {
        "id": business.account.new_id("in"),
        "object": "invoice",
        "account_country": "US",
        "account_name": "Stand-in",
        "amount_due": 0,
        "amount_paid": 0,
        "amount_remaining": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "billing_reason": reason,
        "collection_method": subscription["collection_method"],
        "created": now,
        "currency": subscription["currency"],
        "customer": subscription["customer"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "default_payment_method": None,
        "description": None,
        "discounts": list(subscription["discounts"]),
        "due_date": None,
        "ending_balance": None,
        "lines": None,
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": None,
        "parent": {
            "quote_details": None,
            "subscription_details": {"metadata": {}, "subscription": subscription["id"]},
            "type": "subscription_details",
        },
        "period_end": end,
        "period_start": start,
        "starting_balance": 0,
        "status": "draft",
        "status_transitions": {
            "finalized_at": None,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": 0,
        "total": 0,
        "total_discount_amounts": [],
        "total_taxes": [],
    }
