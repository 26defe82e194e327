"""Chargebee's export of subscriptions: only how they stand today."""

from collections.abc import Mapping
from functools import partial

from storage.importing.profiles.made_columns import (
    Row,
    cadence_between,
    day_before,
    last_paid_day,
    with_made_columns,
)
from storage.importing.profiles.origins import Origin, day_text
from storage.importing.profiles.profile import ExportShape, Profile, Remarks
from storage.importing.profiles.stripe_subscriptions import times

_AT = "subscriptions_"


def _term(row: Row) -> Mapping[str, str]:
    begins, ends = row[f"{_AT}current_term_start"], row[f"{_AT}current_term_end"]
    trial, gone = row.get(f"{_AT}trial_end", ""), row[f"{_AT}cancelled_at"]
    status = row[f"{_AT}status"].lower().replace("_", " ")
    is_over = status in ("cancelled", "canceled")
    return {
        "term_amount": times(row[f"{_AT}plan_unit_price"], row.get(f"{_AT}plan_quantity", "")),
        "term_per": _billed(row) or cadence_between(begins, ends),
        "term_end": last_paid_day(
            gone if is_over else ends if status == "non renewing" else "",
            start=row[f"{_AT}started_at"],
            renews=ends,
        ),
        "term_status": "active" if status == "non renewing" else status,
        "term_cancelled_on": "" if is_over else day_text(gone),
        "term_trial_end": day_before(trial) if trial else "",
    }


def _billed(row: Row) -> str:
    """Say for how long a price is: ``3 months``; the unit alone would be a month's."""
    count, unit = row.get(f"{_AT}billing_period", ""), row.get(f"{_AT}billing_period_unit", "")
    return f"{count} {unit}s" if unit and count not in ("", "1") else unit


_MADE = (
    *("term_amount", "term_per", "term_end", "term_status", "term_cancelled_on"),
    "term_trial_end",
)


PROFILE = Profile(
    name="Chargebee's subscriptions",
    kind="contracts",
    source="chargebee",
    shape=ExportShape(
        signature=frozenset(
            {"customers_id"}
            | {
                f"{_AT}{name}"
                for name in ("id", "status", "plan_unit_price", "cancelled_at", "started_at")
            }
            | {f"{_AT}current_term_start", f"{_AT}current_term_end"}
        ),
        columns={
            "account_id": (Origin("customers_id"),),
            "contract_id": (Origin(f"{_AT}id"),),
            "start": (Origin(f"{_AT}started_at", is_moment=True),),
            "currency": (Origin(f"{_AT}currency_code"), Origin(f"{_AT}currency")),
            "seats": (Origin(f"{_AT}plan_quantity"),),
            "paused_on": (Origin(f"{_AT}pause_date", is_moment=True),),
            "resumed_on": (Origin(f"{_AT}resume_date", is_moment=True),),
            "plan": (Origin(f"{_AT}plan_id"),),
            **{name.removeprefix("term_"): (Origin(name),) for name in _MADE},
        },
    ),
    remarks=Remarks(
        notes=("prices times quantity", "without add-ons"),
        history=(
            "This list holds only what subscriptions are today: upgrades and downgrades before are"
            " missing, and so are add-ons, which Chargebee exports in a file of their own. Export"
            " the MRR by month of RevenueStory for these."
        ),
    ),
    prepare=partial(with_made_columns, names=_MADE, make=_term),
)
