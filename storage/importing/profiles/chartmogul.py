"""ChartMogul's MRR movements, as its destinations write them."""

from storage.importing.profiles.origins import MINOR_UNIT, Origin
from storage.importing.profiles.profile import ExportShape, Profile, Remarks

PROFILE = Profile(
    name="ChartMogul's MRR movements",
    kind="movements",
    source="chartmogul",
    shape=ExportShape(
        signature=frozenset({"mrr_movement", "movement_type", "date", "uuid"}),
        columns={
            "account_id": (Origin("customer_external_id"), Origin("customer_uuid")),
            "date": (Origin("date", is_moment=True),),
            "amount": (Origin("mrr_movement", MINOR_UNIT),),
            # That is the invoice's: several would be added up as if they were the account's.
            "currency": (
                Origin(
                    "currency_code",
                    alike="is another currency of invoices, and amounts are in that of your"
                    " ChartMogul account: name it with --currency",
                ),
            ),
            "movement_id": (Origin("uuid"),),
            "plan": (Origin("plan_external_id"),),
        },
    ),
    remarks=Remarks(notes=("cents", "ids from UUID")),
)
