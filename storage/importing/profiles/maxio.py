"""Subscriptions of Maxio Advanced Billing (Chargify): only how they stand today."""

from collections.abc import Mapping
from functools import partial

from storage.importing.profiles.made_columns import (
    Row,
    cadence_between,
    day_before,
    first_of,
    last_paid_day,
    with_made_columns,
)
from storage.importing.profiles.origins import MINOR_UNIT, Origin, day_text
from storage.importing.profiles.profile import ExportShape, Profile, Remarks

_MADE = (
    *("term_end", "term_per", "term_status", "term_cancelled_on", "term_trial_end"),
    "term_past_due_since",
)
_PAST_DUE = frozenset({"past_due", "unpaid", "soft_failure"})
_NEVER_PAID = frozenset({"trial_ended", "suspended", "failed_to_create", "awaiting_signup"})
_OVER = frozenset({"canceled", "expired"})


def _term(row: Row, *, at: str) -> Mapping[str, str]:
    state = row[f"{at}state"].lower()
    begins, ends = row[f"{at}current_period_started_at"], row[f"{at}current_period_ends_at"]
    canceled, trial = row[f"{at}canceled_at"], row.get(f"{at}trial_ended_at", "")
    made = {
        "term_status": "unsigned" if state in _NEVER_PAID else "active",
        "term_per": cadence_between(begins, ends),
        "term_trial_end": day_before(trial) if trial else "",
    }
    if state == "trialing":
        made["term_status"] = "trial"
    elif state in _PAST_DUE:
        made |= {"term_status": "past due", "term_past_due_since": day_text(begins)}
    elif state in _OVER:
        over = canceled or first_of(row, f"{at}expires_at")
        made |= {"term_status": "cancelled", "term_end": _last_paid(row, over, at=at)}
    elif row.get(f"{at}cancel_at_end_of_period", "").lower() == "true":
        made |= {"term_end": _last_paid(row, ends, at=at), "term_cancelled_on": day_text(canceled)}
    return made


def _last_paid(row: Row, over: str, *, at: str) -> str:
    return last_paid_day(
        over, start=row[f"{at}activated_at"], renews=row[f"{at}current_period_ends_at"]
    )


def _profile(at: str) -> Profile:
    told = (
        *("id", "state", "product_price_in_cents", "activated_at", "canceled_at"),
        *("current_period_started_at", "current_period_ends_at"),
    )
    return Profile(
        name="Maxio's subscriptions",
        kind="contracts",
        source="maxio",
        shape=ExportShape(
            signature=frozenset(f"{at}{name}" for name in told),
            columns={
                "account_id": tuple(
                    Origin(f"{at}{name}")
                    for name in ("customer_reference", "customer_id", "customer_organization")
                ),
                "contract_id": (Origin(f"{at}id"),),
                "start": (Origin(f"{at}activated_at", is_moment=True),),
                "amount": (Origin(f"{at}product_price_in_cents", MINOR_UNIT),),
                "currency": (Origin(f"{at}currency"),),
                "plan": (Origin(f"{at}product_handle"), Origin(f"{at}product_name")),
                **{name.removeprefix("term_"): (Origin(name),) for name in _MADE},
            },
            required=("account_id",),
        ),
        remarks=Remarks(
            notes=("cents", "per what the current period lasts", "without components"),
            history=(
                "This list holds only what subscriptions are today: upgrades and downgrades before"
                " are missing, and so are components. Export the MRR by customer and month of"
                " Maxio's analytics for these."
            ),
        ),
        prepare=partial(with_made_columns, names=_MADE, make=partial(_term, at=at)),
    )


LIST = _profile("")
OBJECTS = _profile("subscription_")
"""Of the API, where each object holds a ``subscription``."""
