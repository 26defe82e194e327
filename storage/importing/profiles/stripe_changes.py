"""Stripe's log of MRR changes: the table ``subscription_item_change_events``, by a query."""

from collections.abc import Collection
from dataclasses import dataclass

from storage.importing.profiles.origins import MINOR_UNIT, Origin
from storage.importing.profiles.profile import ExportShape, Profile, Remarks

_LOCAL = "local_event_timestamp"
_ITEMS = frozenset({_LOCAL, "product_id", "price_id", "subscription_id", "subscription_item_id"})


@dataclass(frozen=True, slots=True)
class ItemEventsShape(ExportShape):
    """A header with a change in cents, and a column that only a log of items has.

    Without such a column it can be a log of customers, whose amounts are whole.
    """

    def has_all(self, names: Collection[str]) -> bool:
        """Tell whether a header has the columns that tell."""
        # Without super(): a dataclass with slots is made anew, and would not be found.
        return ExportShape.has_all(self, names) and not _ITEMS.isdisjoint(names)


PROFILE = Profile(
    name="Stripe's MRR changes",
    kind="movements",
    source="stripe",
    shape=ItemEventsShape(
        signature=frozenset({"customer_id", "mrr_change", "currency"}),
        columns={
            "account_id": (Origin("customer_id"),),
            "date": (
                Origin(_LOCAL, is_moment=True),
                Origin("event_timestamp", is_moment=True),
            ),
            "amount": (Origin("mrr_change", MINOR_UNIT),),
            "currency": (Origin("currency"),),
            "product": (Origin("product_id"),),
        },
        required=("date",),
    ),
    remarks=Remarks(notes=("cents", "a product for each product_id")),
)
