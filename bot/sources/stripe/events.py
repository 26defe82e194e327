"""Events of Stripe: what each is about, and where it is kept until all are read."""

from dataclasses import dataclass

from bot.sources.stripe.api import StripeApi
from bot.sources.stripe.catalogue import StripeCatalogue
from bot.sources.stripe.customer_shelf import CustomerShelf
from bot.sources.stripe.shelf import Shelf
from storage.importing.stripe.attributes import CUSTOMER, SUBSCRIPTION
from storage.importing.stripe.lines import lines_of, subscription_of
from storage.importing.stripe.objects import Json, inner, key_of, listed

_SUBSCRIPTION = "customer.subscription."
_FAILED = "invoice.payment_failed"
_BILLED = ("invoice.finalized", "invoice.voided")
_DISCOUNT = "customer.discount."
_CUSTOMER = ("customer.created", "customer.updated")
_PRODUCT = "product.updated"
TYPES = (
    *(f"{_SUBSCRIPTION}{name}" for name in ("created", "updated", "deleted")),
    *(f"{_SUBSCRIPTION}{name}" for name in ("paused", "resumed")),
    *(f"{_DISCOUNT}{name}" for name in ("created", "updated", "deleted")),
    *(_FAILED, *_BILLED, *_CUSTOMER, _PRODUCT),
)
"""The types of events that are read: Stripe takes 20 at most."""


@dataclass(frozen=True, slots=True)
class StripeEvents:
    """Puts events on shelves, the newest first: by subscription, customer and product."""

    api: StripeApi
    shelf: Shelf
    catalogue: StripeCatalogue
    customers: CustomerShelf

    def keep(self, event: Json) -> None:
        """Put an event where it belongs."""
        kind, said = str(event["type"]), inner(event, "data", "object") or {}
        if kind.startswith(_DISCOUNT):
            self.shelf.put("discount", [said] if key_of(said) else [])
            self._keep_customers_discount(event, said)
        elif kind.startswith(_SUBSCRIPTION):
            self.catalogue.learn_discounts(said)
            self.customers.hear(event, SUBSCRIPTION)
            self.shelf.add(key_of(said), "event", event)
        elif kind == _FAILED and (subscription := subscription_of(said)):
            slim = {name: event[name] for name in ("id", "type", "created")}
            self.shelf.add(subscription, "event", slim)
        elif kind in _BILLED:
            self._keep_billed(said)
        elif kind in _CUSTOMER:
            self.customers.hear(event, CUSTOMER)
            self._keep_customer(said, int(event["created"]))
        elif kind == _PRODUCT:
            self._keep_newest("product", said)
            self._keep_name(event, said)

    def _keep_customer(self, said: Json, moment: int) -> None:
        """Keep a customer as the newest event has it; of two of one second Stripe is asked."""
        key, told = key_of(said), "told customer"
        _, newest = self.shelf.find(told, key)
        if newest is not None and newest["moment"] == moment:
            self.shelf.forget("customer", key)
            self.catalogue.customer(key)
        elif not self.shelf.has("customer", key):
            self.shelf.put(told, [{"id": key, "moment": moment}])
            self.shelf.put("customer", [said])

    def _keep_newest(self, kind: str, said: Json) -> None:
        if not self.shelf.has(kind, key_of(said)):
            self.shelf.put(kind, [said])  # events come newest first

    def _keep_name(self, event: Json, product: Json) -> None:
        before = inner(event, "data", "previous_attributes", "name")
        if before:
            self.shelf.add_name(key_of(product), str(before))

    def _keep_billed(self, invoice: Json) -> None:
        """Keep that usage of a subscription was billed, or is no more: invoices tell how much."""
        subscription = subscription_of(invoice)
        lines = lines_of({**invoice, "status": "paid"})
        is_long = inner(invoice, "lines", "has_more")
        if subscription and (is_long or any(map(self.catalogue.is_usage, lines))):
            self.shelf.add(subscription, "billed", {"customer": key_of(invoice.get("customer"))})

    def _keep_customers_discount(self, event: Json, discount: Json) -> None:
        """Have a discount of a customer count on each subscription from its day on."""
        customer = key_of(discount.get("customer"))
        if discount.get("subscription") or discount.get("subscription_item") or not customer:
            return
        named = {"customer": customer, "expand": ["data.discounts"]}
        for one in self.api.every("/v1/subscriptions", **named):
            if not listed(one.get("discounts")):
                slim = {"id": event["id"], "type": f"{_SUBSCRIPTION}updated"}
                moment = int(event["created"])
                said = {**slim, "created": moment, "data": {"object": one}}
                self.shelf.add(one["id"], "event", said)
