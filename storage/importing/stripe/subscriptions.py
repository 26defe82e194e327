"""Subscriptions as Stripe sends them, read as snapshots."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from metrics.contracts.terms import Position
from metrics.period_grammar import shift_months
from storage.importing.stripe.charges import Charge, PricedItem, charges_of, product_of
from storage.importing.stripe.discounts import GivenDiscount, discounts_of, given_discounts
from storage.importing.stripe.objects import (
    SECONDS_OF_A_DAY,
    Catalogue,
    Json,
    UntoldError,
    day_before,
    day_of,
    inner,
    key_of,
    listed,
)
from storage.importing.stripe.prices import cost_of, is_metered, price_of, whole_price
from storage.importing.stripe.snapshots import Ending, PayState, Snapshot
from storage.importing.stripe.taxes import NO_RATES, Rates, included_rate

_FREE = ("trialing", "paused", "canceled")
_STANDINGS = {
    "incomplete": PayState.UNSTARTED,
    "incomplete_expired": PayState.UNSTARTED,
    "trialing": PayState.FREE,
    "paused": PayState.FREE,
    "active": PayState.PAID,
    "past_due": PayState.UNPAID,
    "unpaid": PayState.UNPAID,
    "canceled": PayState.ENDED,
}


def snapshot_of(said: Json, moment: int, catalogue: Catalogue, rates: Rates = NO_RATES) -> Snapshot:
    """Read a subscription as it stood at a moment.

    Parameters
    ----------
    rates : mapping of str to Fraction
        What is known of the taxes that its prices include.
    """
    period = period_of(said)
    standing = _STANDINGS.get(str(said.get("status")), PayState.UNSTARTED)
    if standing is PayState.ENDED:
        moment = min(moment, int(said.get("ended_at") or moment))
    start = int(said.get("start_date") or said.get("created") or moment)
    charges = {} if standing is PayState.UNSTARTED else _charges(said, catalogue, rates)
    return Snapshot(
        moment=moment,
        standing=standing,
        start=day_of(_first_item(said, start)),
        charges=charges,
        period=period and (day_of(period[0]), day_of(period[1])),
        trial_last=_trial_last(said, start),
        ending=_ending(said, standing, moment, period),
        paused=bool(said.get("pause_collection")) or said.get("status") == "paused",
        resumes=_resumes(said, period, charges),
    )


def _first_item(said: Json, start: int) -> int:
    """Find when the first item that is no usage came, if that was after the subscription."""
    items = [one for one in listed(said.get("items")) if not is_metered(price_of(one))]
    came = min((int(one.get("created") or start) for one in items), default=start)
    # One that was backdated has begun before its items were there.
    return came if day_of(came) > day_of(int(said.get("created") or start)) else start


def period_of(said: Json) -> tuple[int, int] | None:
    """Find the period that is paid: on the subscription, or on its items."""
    begins, ends = said.get("current_period_start"), said.get("current_period_end")
    if begins and ends:
        return int(begins), int(ends)
    items = [one for one in listed(said.get("items")) if one.get("current_period_end")]
    if not items:
        return None
    return (
        min(int(one["current_period_start"]) for one in items),
        min(int(one["current_period_end"]) for one in items),
    )


def currency_of(said: Json) -> str:
    """Find the currency of a subscription, old ones having it on their prices only."""
    own = said.get("currency")
    first = next((price_of(one).get("currency") for one in listed(said.get("items"))), None)
    return str(own or first or "").upper()


def priced_item(item: Json, currency: str, catalogue: Catalogue) -> PricedItem | None:
    """Price an item of a subscription or the like; None of usage, and of what cannot be told."""
    price = whole_price(price_of(item), currency, catalogue)
    if is_metered(price):
        return None
    quantity = item.get("quantity")
    try:
        cost = cost_of(price, 1 if quantity is None else int(quantity), currency)
    except UntoldError as error:
        catalogue.untold.add(error)
        return None
    key, name = product_of(price, catalogue)
    own = discounts_of(item, currency, catalogue)
    return PricedItem(key, name, cost, None if quantity is None else int(quantity), own)


def _charges(said: Json, catalogue: Catalogue, rates: Rates) -> Mapping[Position, Charge]:
    currency = currency_of(said)
    items = []
    for one in listed(said.get("items")):
        tax = included_rate(said, one, rates)
        if tax is None and said.get("status") not in _FREE:
            catalogue.untold.doubt("prices that include tax", key_of(price_of(one)))
        item = priced_item(one, currency, catalogue)
        if item is not None:
            items.append(item._replace(tax=tax or Fraction(0)))
    own = discounts_of(said, currency, catalogue)
    if not own:  # what the customer has counts where the subscription has none of its own
        customer = catalogue.customer(key_of(said.get("customer")))
        own = discounts_of(customer or {}, currency, catalogue)
    return charges_of(items, own, currency)


def shown_discounts(said: Json, moment: int, catalogue: Catalogue) -> Mapping[str, GivenDiscount]:
    """Read by id the discounts that a subscription shows at a moment, or else its customer's."""
    currency = currency_of(said)
    own = given_discounts(said, moment, currency, catalogue)
    if any(not one.item for one in own.values()):
        return own
    customer = catalogue.customer(key_of(said.get("customer"))) or {}
    return {**own, **given_discounts(customer, moment, currency, catalogue)}


def _trial_last(said: Json, start: int) -> date | None:
    begins, ends, status = said.get("trial_start"), said.get("trial_end"), said.get("status")
    # A trial whose card is missing at its end goes on being free.
    if not ends or status == "paused":
        return None
    is_first = begins is None or day_of(int(begins)) <= day_of(start)
    return day_before(int(ends)) if is_first or status == "trialing" else None


def _ending(said: Json, standing: PayState, moment: int, period: tuple[int, int] | None) -> Ending:
    asked, ends = said.get("canceled_at"), None
    if standing is PayState.ENDED:
        ends = int(said.get("ended_at") or asked or moment)
    elif said.get("cancel_at"):
        ends = int(said["cancel_at"])
    elif said.get("cancel_at_period_end") and period:
        ends = period[1]
    if ends is None:
        return Ending()
    return Ending(
        notice=day_of(int(asked or moment)),
        last=_last_paid(ends, period),
        reason=str(inner(said, "cancellation_details", "reason") or ""),
    )


def _last_paid(ends: int, period: tuple[int, int] | None) -> date:
    is_next = period is not None and day_of(ends) == day_of(period[1])
    return day_before(ends) if is_next or ends % SECONDS_OF_A_DAY == 0 else day_of(ends)


def _resumes(
    said: Json, period: tuple[int, int] | None, charges: Mapping[Position, Charge]
) -> date | None:
    """Find the first day of the first period that begins when the pause is over."""
    ends = inner(said, "pause_collection", "resumes_at")
    if not ends:
        return None
    day, months = day_of(int(ends)), _step(charges.values())
    if period is None or not months:
        return day
    first, number = day_of(period[1]), 0
    while shift_months(first, months * number) < day:
        number += 1
    return shift_months(first, months * number)


def _step(charges: Iterable[Charge]) -> int:
    months = min((one.cost.months for one in charges), default=Fraction(0))
    return int(months) if months.denominator == 1 else 0
