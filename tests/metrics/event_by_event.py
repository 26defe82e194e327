"""Gross activity one event at a time: plain, and what the sums of a store must equal."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from metrics.activity import UNSTATED, Activity
from metrics.movements import MovementKind, classify


@dataclass(frozen=True, slots=True)
class Event:
    """One movement as activity sees it: signed minor units of an account's MRR."""

    account_id: str
    amount_minor: int
    driver: str | None = None


def tally(
    events: Iterable[Event], *, opening: Mapping[str, int], paid_before: Collection[str]
) -> Activity:
    """Sum a period's events by what each did to its account at that moment.

    Parameters
    ----------
    events : iterable of Event
        Every movement in the period, in the order they took effect.
    opening : mapping of account to int
        MRR when the period opened, minor units; an account that is missing had none.
    paid_before : collection of accounts
        Accounts that had MRR at any time before the period; those with an opening balance are
        known to, named here or not.

    Returns
    -------
    Activity
        Kinds without an event are left out.
    """
    balance = dict(opening)
    paid = {*paid_before, *(account for account, mrr in opening.items() if mrr > 0)}
    by_kind: dict[MovementKind, int] = defaultdict(int)
    by_driver: dict[tuple[MovementKind, str], int] = defaultdict(int)
    for event in events:
        before = balance.get(event.account_id, 0)
        after = before + event.amount_minor
        kind = classify(before, after, has_paid=event.account_id in paid)
        balance[event.account_id] = after
        if after > 0:
            paid.add(event.account_id)
        if kind is not MovementKind.UNCHANGED:
            by_kind[kind] += event.amount_minor
            by_driver[kind, event.driver or UNSTATED] += event.amount_minor
    return Activity(dict(by_kind), dict(by_driver))
