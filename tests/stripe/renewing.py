"""What a subscription does by itself: renews, ends its trial, ends, pauses, is paid or not."""

from functools import partial

from tests.stripe import discounts
from tests.stripe.business import LIVE, Business, items_of, period_of
from tests.stripe.ending import end, end_if_due
from tests.stripe.invoices import draft, finalise, give_up, settle, void
from tests.stripe.lines import Period, recurring_line
from tests.stripe.moments import DAY, HOUR
from tests.stripe.refusals import JsonObject
from tests.stripe.subscribing import following, is_paid_in_advance


def plan_renewal(business: Business, subscription: JsonObject) -> None:
    """Have the subscription do at its period's end what it is to do then."""
    moment = period_of(subscription)[1]
    business.agenda.at(moment, partial(_renew, business, subscription, moment))


def pause(
    business: Business, subscription: JsonObject, behavior: str, resumes_at: int | None
) -> None:
    """Stop collecting; invoices are still made, and nobody has to pay them."""
    with business.account.changing(subscription, "customer.subscription.updated"):
        subscription["pause_collection"] = {"behavior": behavior, "resumes_at": resumes_at}
    if resumes_at is not None:
        business.agenda.at(resumes_at, partial(_resume_if_due, business, subscription))


def resume(business: Business, subscription: JsonObject) -> None:
    """Collect again, from the next invoice on."""
    with business.account.changing(subscription, "customer.subscription.updated"):
        subscription["pause_collection"] = None


def suspend(business: Business, subscription: JsonObject) -> None:
    """Stop a subscription altogether: no invoices, and its period does not go on."""
    subscription["status"] = "paused"
    business.account.happened("customer.subscription.paused", subscription)


def take_up(business: Business, subscription: JsonObject) -> None:
    """Let a stopped subscription go on, with a new period from now."""
    subscription["status"] = "active"
    subscription["billing_cycle_anchor"] = business.now
    period = (business.now, following(subscription, business.now))
    for item in items_of(subscription):
        item["current_period_start"], item["current_period_end"] = period
    business.account.happened("customer.subscription.resumed", subscription)
    items = [one for one in items_of(subscription) if is_paid_in_advance(one)]
    lines = [recurring_line(business, subscription, one, period) for one in items]
    invoice = draft(business, subscription, lines, reason="subscription_update")
    finalise(business, invoice)
    settle(business, invoice)
    plan_renewal(business, subscription)


def pay_what_is_open(business: Business, customer_id: str) -> None:
    """Let a customer with a new card pay whatever they owe."""
    business.failing.discard(customer_id)
    for invoice in business.account.all("invoice"):
        is_theirs = invoice["customer"] == customer_id and invoice["parent"]
        if is_theirs and invoice["status"] == "open":
            subscription_id = invoice["parent"]["subscription_details"]["subscription"]
            _collect(business, business.account.get("subscription", subscription_id), invoice)


def _resume_if_due(business: Business, subscription: JsonObject) -> None:
    paused = subscription["pause_collection"]
    if paused and paused["resumes_at"] is not None and paused["resumes_at"] <= business.now:
        resume(business, subscription)


def _renew(business: Business, subscription: JsonObject, moment: int) -> None:
    ended = period_of(subscription)
    if subscription["status"] not in LIVE - {"paused"} or ended[1] != moment:
        return
    if end_if_due(business, subscription) or _ends_with_trial(business, subscription):
        return
    _resume_if_due(business, subscription)
    following_period = (moment, following(subscription, moment))
    with business.account.changing(subscription, "customer.subscription.updated"):
        business.start_scheduled(subscription)
        for item in items_of(subscription):
            item["current_period_start"], item["current_period_end"] = following_period
        if subscription["status"] == "trialing":
            subscription["status"] = "active"
    _bill(business, subscription, ended, following_period)
    plan_renewal(business, subscription)


def _ends_with_trial(business: Business, subscription: JsonObject) -> bool:
    without_card = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if subscription["status"] != "trialing" or without_card == "create_invoice":
        return False
    if without_card == "cancel":
        end(business, subscription, None)
    else:
        subscription["status"] = "paused"
        business.account.happened("customer.subscription.paused", subscription)
    return True


def _bill(
    business: Business, subscription: JsonObject, ended: Period, following_period: Period
) -> None:
    items = items_of(subscription)
    lines = [
        recurring_line(
            business, subscription, one, following_period if is_paid_in_advance(one) else ended
        )
        for one in items
    ]
    invoice = draft(business, subscription, lines, reason="subscription_cycle", looks_back=ended)
    with business.account.changing(subscription, "customer.subscription.updated"):
        discounts.forget_ended(business, subscription)
    paused = subscription["pause_collection"]
    if paused or subscription["status"] == "unpaid":
        invoice["auto_advance"] = False
        _put_aside(business, invoice, paused["behavior"] if paused else "keep_as_draft")
        return
    business.agenda.at(business.now + HOUR, partial(_collect, business, subscription, invoice))


def _put_aside(business: Business, invoice: JsonObject, behavior: str) -> None:
    if behavior == "keep_as_draft":
        return
    finalise(business, invoice)
    if behavior == "void":
        void(business, invoice)
    else:
        give_up(business, invoice)


def _collect(business: Business, subscription: JsonObject, invoice: JsonObject) -> None:
    finalise(business, invoice)
    if invoice["status"] != "open":
        return
    is_first = invoice["attempt_count"] == 0
    if settle(business, invoice):
        if subscription["status"] in {"past_due", "unpaid", "incomplete"}:
            _set_status(business, subscription, "active")
        return
    if subscription["status"] == "active":
        _set_status(business, subscription, "past_due")
    if is_first:
        for days in business.retries[invoice["customer"]].days:
            again = partial(_try_again, business, subscription, invoice, days)
            business.agenda.at(business.now + days * DAY, again)


def _try_again(
    business: Business, subscription: JsonObject, invoice: JsonObject, days: int
) -> None:
    if invoice["status"] != "open" or subscription["status"] not in LIVE:
        return
    _collect(business, subscription, invoice)
    rules = business.retries[invoice["customer"]]
    if invoice["status"] == "open" and days == rules.days[-1]:
        if rules.finally_ == "cancel":
            end(business, subscription, "payment_failed")
        elif rules.finally_ == "unpaid":
            _set_status(business, subscription, "unpaid")


def _set_status(business: Business, subscription: JsonObject, status: str) -> None:
    with business.account.changing(subscription, "customer.subscription.updated"):
        subscription["status"] = status
