"""All kinds of file that are told by their header, most specific first."""

from collections.abc import Collection

from storage.importing.profiles import (
    accounts,
    balances,
    chargebee,
    chartmogul,
    contracts,
    crm_deals,
    maxio,
    movements,
    rates,
    recurly,
    signals,
    stripe_changes,
    stripe_mrr,
    stripe_objects,
    stripe_subscriptions,
)
from storage.importing.profiles.profile import Profile

# A new kind is a module with a PROFILE, and an entry here: exports before names that anybody uses.
PROFILES: tuple[Profile, ...] = (
    chartmogul.PROFILE,
    stripe_changes.PROFILE,
    stripe_mrr.PROFILE,
    stripe_subscriptions.PROFILE,
    stripe_objects.PROFILE,
    recurly.PROFILE,
    chargebee.PROFILE,
    maxio.LIST,
    maxio.OBJECTS,
    crm_deals.HUBSPOT,
    crm_deals.SALESFORCE,
    rates.PROFILE,
    signals.PROFILE,
    contracts.PROFILE,
    balances.PROFILE,
    movements.PROFILE,
    accounts.PROFILE,
)


def usual_profile(kind: str) -> Profile:
    """Find the profile of a kind of file under our own names, or usual ones."""
    return next(each for each in PROFILES if each.kind == each.source == kind)


def find_profile(names: Collection[str], kind: str | None = None) -> Profile | None:
    """Find the first profile that a header of plain names fits, of one kind or of all.

    Where the kind is said, a header with the columns that it needs is of it, whatever else it has.
    """
    for profile in PROFILES:
        if kind in (None, profile.kind) and profile.shape.fits(names):
            return profile
    return next(
        (each for each in PROFILES if each.kind == kind and each.shape.has_all(names)), None
    )
