"""Stripe's download of the MRR per subscriber per month: a column for each month."""

from collections.abc import Collection

from storage.importing.profiles import balances
from storage.importing.profiles.origins import Origin
from storage.importing.profiles.profile import Profile, Remarks, Shape

_OWN = frozenset({"customer_id", "customer", "customer_email", "currency"})


class SubscriberMonthsShape(Shape):
    """A header of a customer's id, name, e-mail address, currency, and of months."""

    attributes = ()

    def has_all(self, names: Collection[str]) -> bool:
        """Tell whether a header is of this download."""
        return set(names) >= _OWN and balances.PROFILE.shape.fits(names)

    def origins(self, names: Collection[str]) -> dict[str, Origin]:
        """Choose for each of our columns the one that a header has."""
        return balances.PROFILE.shape.origins(names) | {"account_id": Origin("customer_id")}


PROFILE = Profile(
    name="Stripe's MRR per subscriber",
    kind="balances",
    source="stripe",
    shape=SubscriberMonthsShape(),
    remarks=Remarks(notes=("a column for each month",)),
)
