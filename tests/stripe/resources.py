"""What can be listed and read: where, by whom, and which filters the lists take.

Stripe has more: of its lists and filters these are the ones that nrrbot asks for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.stripe import parameters
from tests.stripe.parameters import Read
from tests.stripe.refusals import JsonObject

Holds = Callable[[JsonObject, Any], bool]

ENDED = frozenset({"canceled", "incomplete_expired"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A parameter of a list: how it is read, and which objects it lets through."""

    read: Read
    holds: Holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One kind of object under ``/v1/PATH``.

    ``permission`` is what a restricted key needs; ``defaults`` are filters of those who ask for
    nothing; a ``needed`` parameter is missed.
    """

    kind: str
    permission: str
    filters: Mapping[str, Filter] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    needed: str | None = None


def _equal(name: str) -> Filter:
    return Filter(read=parameters.text, holds=lambda value, wanted: value[name] == wanted)


def _has_status(subscription: JsonObject, wanted: str) -> bool:
    return wanted == "all" or subscription["status"] not in ENDED


def _has_subscription(invoice: JsonObject, wanted: str) -> bool:
    parent = invoice["parent"]
    return bool(parent and parent["subscription_details"]["subscription"] == wanted)


RESOURCES: Mapping[str, Resource] = {
    "coupons": Resource(kind="coupon", permission="coupon"),
    "customers": Resource(kind="customer", permission="customer"),
    "events": Resource(
        kind="event",
        permission="event",
        filters={
            "created": Filter(
                read=parameters.since, holds=lambda event, moment: event["created"] >= moment
            ),
            "types": Filter(read=parameters.texts, holds=lambda event, all_: event["type"] in all_),
        },
    ),
    "invoiceitems": Resource(
        kind="invoiceitem",
        permission="invoice",
        filters={
            "pending": Filter(
                read=parameters.flag,
                holds=lambda value, wanted: (value["invoice"] is None) == wanted,
            ),
        },
    ),
    "invoices": Resource(
        kind="invoice",
        permission="invoice",
        filters={"subscription": Filter(read=parameters.text, holds=_has_subscription)},
    ),
    "prices": Resource(kind="price", permission="plan"),
    "products": Resource(kind="product", permission="product"),
    "subscription_items": Resource(
        kind="subscription_item",
        permission="subscription",
        filters={"subscription": _equal("subscription")},
        needed="subscription",
    ),
    "subscriptions": Resource(
        kind="subscription",
        permission="subscription",
        filters={
            "customer": _equal("customer"),
            "status": Filter(read=parameters.one_of("all"), holds=_has_status),
        },
        defaults={"status": "not ended"},
    ),
}
PERMISSIONS = {one.kind: one.permission for one in RESOURCES.values()} | {
    "discount": "coupon",
    "line_item": "invoice",
}
