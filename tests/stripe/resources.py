"""What can be listed and read: where, by whom, and which filters the lists take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.stripe import parameters
from tests.stripe.parameters import Read, is_within
from tests.stripe.refusals import JsonObject

Holds = Callable[[JsonObject, Any], bool]

SUBSCRIPTION_STATUSES = (
    "active",
    "all",
    "canceled",
    "ended",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "paused",
    "trialing",
    "unpaid",
)
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


def _created(value: JsonObject, bounds: Mapping[str, int]) -> bool:
    return is_within(value["created"], bounds)


def _equal(name: str) -> Filter:
    return Filter(read=parameters.text, holds=lambda value, wanted: value[name] == wanted)


CREATED = Filter(read=parameters.moments, holds=_created)
ACTIVE = Filter(read=parameters.flag, holds=lambda value, wanted: value["active"] == wanted)


def _is_type(event: JsonObject, wanted: str) -> bool:
    kind: str = event["type"]
    return kind.startswith(wanted[:-1]) if wanted.endswith("*") else kind == wanted


def _has_status(subscription: JsonObject, wanted: str) -> bool:
    status: str = subscription["status"]
    if wanted in {"all", "not ended"}:
        return wanted == "all" or status not in ENDED
    return status in ENDED if wanted == "ended" else status == wanted


def _has_price(subscription: JsonObject, wanted: str) -> bool:
    return any(item["price"]["id"] == wanted for item in subscription["items"]["data"])


def _has_subscription(invoice: JsonObject, wanted: str) -> bool:
    parent = invoice["parent"]
    return bool(parent and parent["subscription_details"]["subscription"] == wanted)


RESOURCES: Mapping[str, Resource] = {
    "coupons": Resource(kind="coupon", permission="coupon", filters={"created": CREATED}),
    "customers": Resource(
        kind="customer",
        permission="customer",
        filters={"created": CREATED, "email": _equal("email")},
    ),
    "events": Resource(
        kind="event",
        permission="event",
        filters={
            "created": CREATED,
            "type": Filter(read=parameters.text, holds=_is_type),
            "types": Filter(read=parameters.texts, holds=lambda event, all_: event["type"] in all_),
        },
    ),
    "invoiceitems": Resource(
        kind="invoiceitem",
        permission="invoice",
        filters={
            "created": CREATED,
            "customer": _equal("customer"),
            "invoice": _equal("invoice"),
            "pending": Filter(
                read=parameters.flag,
                holds=lambda value, wanted: (value["invoice"] is None) == wanted,
            ),
        },
    ),
    "invoices": Resource(
        kind="invoice",
        permission="invoice",
        filters={
            "collection_method": _equal("collection_method"),
            "created": CREATED,
            "customer": _equal("customer"),
            "status": Filter(
                read=parameters.one_of("draft", "open", "paid", "uncollectible", "void"),
                holds=lambda value, wanted: value["status"] == wanted,
            ),
            "subscription": Filter(read=parameters.text, holds=_has_subscription),
        },
    ),
    "prices": Resource(
        kind="price",
        permission="plan",
        filters={
            "active": ACTIVE,
            "created": CREATED,
            "currency": _equal("currency"),
            "product": _equal("product"),
            "type": _equal("type"),
        },
    ),
    "products": Resource(
        kind="product",
        permission="product",
        filters={
            "active": ACTIVE,
            "created": CREATED,
            "ids": Filter(read=parameters.texts, holds=lambda value, ids: value["id"] in ids),
        },
    ),
    "subscription_items": Resource(
        kind="subscription_item",
        permission="subscription",
        filters={"subscription": _equal("subscription")},
        needed="subscription",
    ),
    "subscription_schedules": Resource(
        kind="subscription_schedule",
        permission="subscription",
        filters={"created": CREATED, "customer": _equal("customer")},
    ),
    "subscriptions": Resource(
        kind="subscription",
        permission="subscription",
        filters={
            "collection_method": _equal("collection_method"),
            "created": CREATED,
            "customer": _equal("customer"),
            "price": Filter(read=parameters.text, holds=_has_price),
            "status": Filter(read=parameters.one_of(*SUBSCRIPTION_STATUSES), holds=_has_status),
        },
        defaults={"status": "not ended"},
    ),
}
PERMISSIONS = {one.kind: one.permission for one in RESOURCES.values()} | {
    "discount": "coupon",
    "line_item": "invoice",
}
