"""Subscriptions end: at once, at a day that was set, or because nobody paid."""

from functools import partial

from tests.stripe.business import LIVE, Business, items_of, period_of
from tests.stripe.invoices import draft, finalise, settle
from tests.stripe.lines import proration_line
from tests.stripe.refusals import ImpossibleStoryError, JsonObject
from tests.stripe.subscribing import is_paid_in_advance


def cancel_now(business: Business, subscription: JsonObject, *, is_prorated: bool = False) -> None:
    """End a subscription at once; what was paid ahead is given back if ``is_prorated``."""
    lines = []
    if is_prorated:
        period = period_of(subscription)
        items = [one for one in items_of(subscription) if is_paid_in_advance(one)]
        lines = [proration_line(business, subscription, one, period, sign=-1) for one in items]
    end(business, subscription, "cancellation_requested")
    if lines:
        invoice = draft(business, subscription, lines, reason="manual")
        finalise(business, invoice)
        settle(business, invoice)


def cancel_later(business: Business, subscription: JsonObject, moment: int | None = None) -> None:
    """Set the end, now as notice: of the period, or at ``moment``."""
    with business.account.changing(subscription, "customer.subscription.updated"):
        subscription["cancel_at_period_end"] = moment is None
        subscription["cancel_at"] = moment or period_of(subscription)[1]
        subscription["canceled_at"] = business.now
        subscription["cancellation_details"]["reason"] = "cancellation_requested"
    if moment is not None:
        business.agenda.at(moment, partial(_end_on_day, business, subscription))


def keep(business: Business, subscription: JsonObject) -> None:
    """Take a notice back."""
    if subscription["cancel_at"] is None:
        raise ImpossibleStoryError(f"{subscription['id']} has no notice")
    with business.account.changing(subscription, "customer.subscription.updated"):
        subscription["cancel_at_period_end"] = False
        subscription["cancel_at"] = subscription["canceled_at"] = None
        subscription["cancellation_details"]["reason"] = None


def end_if_due(business: Business, subscription: JsonObject) -> bool:
    """End a subscription whose day has come, and tell whether it has."""
    due = subscription["cancel_at"]
    if subscription["status"] not in LIVE or due is None or due > business.now:
        return False
    end(business, subscription, subscription["cancellation_details"]["reason"])
    return True


def _end_on_day(business: Business, subscription: JsonObject) -> None:
    end_if_due(business, subscription)


def end(business: Business, subscription: JsonObject, reason: str | None) -> None:
    """End a subscription now; a notice that was given keeps its day."""
    if subscription["status"] not in LIVE | {"incomplete"}:
        raise ImpossibleStoryError(f"{subscription['id']} has ended")
    subscription["status"] = "canceled"
    subscription["ended_at"] = business.now
    if subscription["canceled_at"] is None:
        subscription["canceled_at"] = business.now
    subscription["cancellation_details"]["reason"] = reason
    business.account.happened("customer.subscription.deleted", subscription)


def delete_customer(business: Business, customer: JsonObject) -> None:
    """Delete a customer, whose subscriptions end with it."""
    for subscription in business.account.all("subscription"):
        is_theirs = subscription["customer"] == customer["id"]
        if is_theirs and subscription["status"] in LIVE:
            end(business, subscription, "cancellation_requested")
    business.account.happened("customer.deleted", customer)
    customer["deleted"] = True
