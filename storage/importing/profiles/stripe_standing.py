"""Standing of a Stripe subscription: what its status and days say of a term."""

from collections.abc import Mapping

from storage.importing.profiles.made_columns import Row, day_before, first_of, last_paid_day
from storage.importing.profiles.origins import day_text

MADE = ("term_amount", "term_per", "term_end", "term_status", "term_cancelled_on")
MADE_TOO = ("term_trial_end", "term_past_due_since")
_NEVER_PAID = frozenset({"incomplete", "incomplete_expired", "paused"})
_UNPAID = frozenset({"past_due", "unpaid"})
HISTORY = (
    "This list holds only what subscriptions are today: upgrades and downgrades before are"
    ' missing. For these download "MRR per subscriber per month" in Billing, or query'
    " subscription_item_change_events in Sigma."
)


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
