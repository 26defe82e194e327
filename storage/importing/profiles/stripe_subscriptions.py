"""Stripe's list of subscriptions, as the dashboard exports it: only how they stand today."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from storage.importing.profiles.made_columns import (
    Row,
    day_before,
    first_of,
    last_paid_day,
    with_made_columns,
)
from storage.importing.profiles.origins import Origin, day_text, divided, is_plain_number
from storage.importing.profiles.profile import ExportShape, Profile, Remarks

MADE = ("term_amount", "term_per", "term_end", "term_status", "term_cancelled_on")
MADE_TOO = ("term_trial_end", "term_past_due_since")
_NEVER_PAID = frozenset({"incomplete", "incomplete_expired", "paused"})
_UNPAID = frozenset({"past_due", "unpaid"})
HISTORY = (
    "This list holds only what subscriptions are today: upgrades and downgrades before are"
    ' missing. For these download "MRR per subscriber per month" in Billing, or query'
    " subscription_item_change_events in Sigma."
)
_PER_YEAR = {"week": "52", "day": "365"}
"""How often in a year what is billed by less than a month is paid."""
_DAYS = {
    "start": ("start_date_utc", "start_utc", "created_utc"),
    "ended_at": ("ended_at_utc",),
    "canceled_at": ("canceled_at_utc",),
    "trial_end": ("trial_end_utc",),
    "period_start": ("current_period_start_utc",),
    "period_end": ("current_period_end_utc",),
    "status": ("status",),
}


def standing(row: Row) -> Mapping[str, str]:
    """Work out the end, the status and other days of a term.

    Parameters
    ----------
    row : mapping of str to str
        ``status`` and, where there are some, ``ended_at``, ``canceled_at``, ``trial_end``,
        ``period_start``, ``period_end`` and ``start``.
    """
    status = row.get("status", "").lower()
    canceled, ended = day_text(first_of(row, "canceled_at")), first_of(row, "ended_at")
    made = {"term_status": status}
    if status in _NEVER_PAID:
        made["term_status"] = "unsigned"
    elif status in _UNPAID:  # of the period that has begun the invoice is open
        made |= {
            "term_status": "past due",
            "term_past_due_since": day_text(first_of(row, "period_start", "start")),
        }
    elif status == "canceled":
        made["term_end"] = _last_paid(row, ended or first_of(row, "canceled_at"))
    elif canceled:  # at the end of what is paid
        made |= {
            "term_cancelled_on": canceled,
            "term_end": _last_paid(row, first_of(row, "cancel_at", "period_end")),
        }
    trial = first_of(row, "trial_end")
    if trial and day_text(trial) > day_text(row.get("start", "")):
        made["term_trial_end"] = day_before(trial)
    return made


def _last_paid(row: Row, ends: str) -> str:
    return last_paid_day(ends, start=row.get("start", ""), renews=row.get("period_end", ""))


def _term(row: Row) -> Mapping[str, str]:
    known = {ours: first_of(row, *names) for ours, names in _DAYS.items()}
    amount = times(first_of(row, "amount", "plan_amount"), row.get("quantity", ""))
    per = first_of(row, "interval", "plan_interval").lower()
    if per in _PER_YEAR:
        currency = first_of(row, "currency", "plan_currency")
        amount, per = divided(times(amount, _PER_YEAR[per]), 12, currency), "month"
    return {**standing(known), "term_amount": amount, "term_per": per}


def times(amount: str, quantity: str) -> str:
    """Multiply a price with the number of seats, 1 where none is said."""
    if is_plain_number(amount) and is_plain_number(quantity or "1"):
        return f"{Decimal(amount) * Decimal(quantity or 1):f}"
    return amount if is_plain_number(quantity or "1") else f"{amount} x {quantity}"


TERM_COLUMNS = {
    "amount": (Origin("term_amount"),),
    "per": (Origin("term_per"),),
    "end": (Origin("term_end"),),
    "status": (Origin("term_status"),),
    "cancelled_on": (Origin("term_cancelled_on"),),
    "trial_end": (Origin("term_trial_end"),),
    "past_due_since": (Origin("term_past_due_since"),),
}
PROFILE = Profile(
    name="Stripe's list of subscriptions",
    kind="contracts",
    source="stripe",
    shape=ExportShape(
        signature=frozenset({"id", "customer_id", "status", "canceled_at_utc"}),
        columns={
            "account_id": (Origin("customer_id"),),
            "contract_id": (Origin("id"),),
            "start": tuple(Origin(name, is_moment=True) for name in _DAYS["start"]),
            "currency": (Origin("currency"), Origin("plan_currency")),
            "seats": (Origin("quantity"),),
            **TERM_COLUMNS,
        },
        required=("start",),
        attributes=("plan",),
    ),
    remarks=Remarks(notes=("amounts times quantity",), history=HISTORY),
    prepare=partial(with_made_columns, names=(*MADE, *MADE_TOO), make=_term),
)
