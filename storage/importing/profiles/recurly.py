"""Recurly's export of subscriptions: only how they stand today."""

from collections.abc import Mapping
from functools import partial

from storage.importing.profiles.made_columns import (
    Row,
    cadence_between,
    day_before,
    last_paid_day,
    with_made_columns,
)
from storage.importing.profiles.origins import Origin
from storage.importing.profiles.profile import ExportShape, Profile, Remarks


def _term(row: Row) -> Mapping[str, str]:
    begins, ends = row["current_period_started_at"], row["current_period_ends_at"]
    return {
        "term_end": last_paid_day(
            row["expires_at"], start=row.get("activated_at", ""), renews=ends
        ),
        "term_per": cadence_between(begins, ends),
        "term_trial_end": day_before(row["trial_ends_at"]) if row["trial_ends_at"] else "",
    }


PROFILE = Profile(
    name="Recurly's subscriptions",
    kind="contracts",
    source="recurly",
    shape=ExportShape(
        signature=frozenset(
            {"uuid", "account_code", "total_recurring_amount", "expires_at", "trial_ends_at"}
            | {"current_period_started_at", "current_period_ends_at"}
        ),
        columns={
            "account_id": (Origin("account_code"),),
            "contract_id": (Origin("uuid"),),
            "start": (Origin("activated_at", is_moment=True),),
            "end": (Origin("term_end"),),
            "amount": (Origin("total_recurring_amount"),),
            "per": (Origin("term_per"),),
            "currency": (Origin("currency"),),
            "seats": (Origin("quantity"),),
            "auto_renew": (Origin("auto_renew"),),
            "status": (Origin("state"),),
            "cancelled_on": (Origin("canceled_at", is_moment=True),),
            "paused_on": (Origin("paused_at", is_moment=True),),
            "trial_end": (Origin("term_trial_end"),),
            "plan": (Origin("plan_code"),),
        },
    ),
    remarks=Remarks(
        notes=("with add-ons", "per what the current period lasts"),
        history=(
            "This list holds only what subscriptions are today: upgrades and downgrades before are"
            ' missing. Recurly\'s export "Subscriptions - History" has them.'
        ),
    ),
    prepare=partial(
        with_made_columns, names=("term_end", "term_per", "term_trial_end"), make=_term
    ),
)
