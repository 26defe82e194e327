"""Stripe's log of MRR changes: the table ``subscription_item_change_events``, by a query."""

from storage.importing.profiles.origins import MINOR_UNIT, Origin
from storage.importing.profiles.profile import ExportShape, Profile, Remarks

PROFILE = Profile(
    name="Stripe's MRR changes",
    kind="movements",
    source="stripe",
    shape=ExportShape(
        signature=frozenset({"customer_id", "mrr_change", "currency"}),
        columns={
            "account_id": (Origin("customer_id"),),
            "date": (
                Origin("local_event_timestamp", is_moment=True),
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
