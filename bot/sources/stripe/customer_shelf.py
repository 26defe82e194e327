"""What is told of customers: by their own events and by those of their subscriptions."""

from collections.abc import Collection, Iterator

from bot.sources.stripe.shelf import Shelf
from storage.importing.stripe.attributes import SUBSCRIPTION
from storage.importing.stripe.objects import Json, key_of


class CustomerShelf:
    """Keeps what attributes are made from, if any are asked for.

    Parameters
    ----------
    holders : collection of str
        Kinds of objects that have the fields that are asked for.
    """

    def __init__(self, shelf: Shelf, holders: Collection[str]) -> None:
        self._shelf, self.holders = shelf, frozenset(holders)

    def hear(self, event: Json, holder: str) -> None:
        """Keep an event about a customer, or about a subscription of one."""
        said = event["data"]["object"]
        customer = key_of(said.get("customer") if holder == SUBSCRIPTION else said)
        if holder in self.holders and customer:
            self._shelf.add(customer, holder, event)

    def see(self, subscription: Json) -> None:
        """Keep a subscription as it stands."""
        if SUBSCRIPTION in self.holders:
            self._shelf.add(key_of(subscription.get("customer")), "now", subscription)

    def told(self, customer: str, kind: str) -> list[Json]:
        """List events by the kind of their objects, or subscriptions as they stand by ``now``."""
        return self._shelf.about(customer, kind)

    def ids(self) -> Iterator[str]:
        """Yield the customers of whom anything is told."""
        return self._shelf.subjects()
