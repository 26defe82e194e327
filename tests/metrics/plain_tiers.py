"""Derived dimensions one account at a time: slow, plain, and what the arrays must equal."""

from collections.abc import Mapping
from datetime import date
from math import ceil

from metrics.movements import arr
from metrics.segments import TENURE_NAMES, VALUE_TIER_NAMES, Tiers, acv_tier_names


def acv_tier(mrr_minor: int, tiers: Tiers, *, digits: int) -> str:
    """Return the tier of an account's opening ARR; an edge belongs to the tier above it.

    ``digits`` is how many decimals the currency has.
    """
    unit = int(10**digits)
    reached = sum(arr(mrr_minor) >= edge * unit for edge in tiers.acv_edges)
    return acv_tier_names(tiers.acv_edges)[reached]


def tenure(first_paid_on: date, *, on: date) -> str:
    """Return how long an account had been paying on a date: under 90 days, to 365, over 365."""
    days = (on - first_paid_on).days
    return TENURE_NAMES[(days >= 90) + (days > 365)]


def value_tiers(mrr_minor: Mapping[str, int], tiers: Tiers) -> dict[str, str]:
    """Return each account's value tier from all balances above zero on one date.

    High are the largest accounts until they carry ``high_share`` of MRR, the one that reaches
    it included; the long tail are the smallest, which carry the last ``tail_share``. Equal
    balances are ordered by account, so the split never depends on how rows were read.
    """
    total = sum(mrr_minor.values())
    high_until = ceil(total * tiers.high_share)
    tail_from = ceil(total * (1 - tiers.tail_share))
    result, carried = {}, 0
    for account, mrr in sorted(mrr_minor.items(), key=lambda item: (-item[1], item[0])):
        result[account] = VALUE_TIER_NAMES[(carried >= high_until) + (carried >= tail_from)]
        carried += mrr
    return result
