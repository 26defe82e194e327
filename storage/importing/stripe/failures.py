"""Payments that failed: since when, and until when, a subscription was unpaid."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from storage.importing.stripe.objects import Json, day_of, inner
from storage.importing.stripe.snapshots import PayState, Snapshot

_LATE = int(timedelta(days=1).total_seconds())
Stretch = tuple[int, int | None]
"""Moments of the first failure and of the payment that made it good, if any did."""


class Payment(NamedTuple):
    """Payment of an invoice: when it was asked for, at first failed, and was made."""

    created: int
    failed: int | None = None
    paid: int | None = None


def payment_of(invoice: Json) -> Payment:
    """Read how an invoice was paid: late, in time, or not at all."""
    created, status = int(invoice.get("created") or 0), invoice.get("status")
    paid = inner(invoice, "status_transitions", "paid_at") or created
    if status not in ("paid", "open", "uncollectible"):
        return Payment(created)
    if invoice.get("collection_method") == "send_invoice":
        failed = invoice.get("due_date")
    elif invoice.get("attempted"):
        failed = inner(invoice, "status_transitions", "finalized_at") or created
    else:
        failed = None
    if status == "paid" and (failed is None or int(paid) < int(failed) + _LATE):
        failed = None
    return Payment(
        created,
        None if failed is None else int(failed),
        int(paid) if status == "paid" else None,
    )


def unpaid_stretches(payments: Iterable[Payment]) -> Sequence[Stretch]:
    """List when a subscription was unpaid, in order and joined.

    What was never paid is over when a later invoice is paid.
    """
    known = sorted(payments)
    found: list[Stretch] = []
    for place, one in enumerate(known):
        if one.failed is None:
            continue
        later = [next_.paid for next_ in known[place + 1 :] if next_.paid is not None]
        ends = one.paid if one.paid is not None else min(later, default=None)
        if found and (found[-1][1] is None or one.failed <= found[-1][1]):
            before = found[-1][1]
            ends = None if ends is None or before is None else max(ends, before)
            found[-1] = found[-1][0], ends
        else:
            found.append((one.failed, ends))
    return found


def with_failures(snapshots: Sequence[Snapshot], stretches: Sequence[Stretch]) -> list[Snapshot]:
    """Say of a history of paid periods when they were unpaid, and when that was made good."""
    found = list(snapshots)
    for moment in {each for stretch in stretches for each in stretch if each is not None}:
        before = [one for one in snapshots if one.moment <= moment]
        if before and before[-1].moment < moment and before[-1].standing is PayState.PAID:
            found.append(replace(before[-1], moment=moment))
    found.sort(key=lambda one: one.moment)
    return [
        dated(replace(one, standing=PayState.UNPAID), stretches)
        if one.standing is PayState.PAID and _stretch_at(one.moment, stretches)
        else one
        for one in found
    ]


def dated(one: Snapshot, stretches: Sequence[Stretch]) -> Snapshot:
    """Date the failure of an unpaid snapshot: the first one of its stretch."""
    stretch = _stretch_at(one.moment, stretches)
    return one if stretch is None else replace(one, failed=day_of(stretch[0]))


def _stretch_at(moment: int, stretches: Sequence[Stretch]) -> Stretch | None:
    for begins, ends in stretches:
        if begins <= moment and (ends is None or moment < ends):
            return begins, ends
    return None
