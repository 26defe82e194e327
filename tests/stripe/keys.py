"""API keys: secret ones, restricted ones with the permissions that somebody ticked."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.stripe.refusals import StripeRefusal

READ = frozenset(
    {
        "coupon",
        "customer",
        "event",
        "invoice",
        "plan",
        "product",
        "subscription",
    }
)
"""Resources whose reading this stand-in can permit; prices go by the old name, plans."""
SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key and what it may read; None is a secret key, which may do everything."""

    value: str
    permissions: frozenset[str] | None = READ
    is_expired: bool = False

    def need(self, resource: str, account: str) -> None:
        """Refuse a key without leave to read ``resource``, in the words that Stripe has for it."""
        if self.permissions is not None and resource not in self.permissions:
            raise StripeRefusal(
                f"The provided key '{masked(self.value)}' does not have the required permissions "
                f"for this endpoint on account '{account}'. Having the 'rak_{resource}_read' "
                "permission would allow this request to continue.",
                status=403,
                code="more_permissions_required",
            )


def masked(value: str) -> str:
    """Return a key as Stripe's messages show it: its kind, stars, its last characters."""
    head = "_".join(value.split("_")[:2]) + "_"
    return head + "*" * max(0, len(value) - len(head) - SHOWN) + value[-SHOWN:]


def find_key(keys: Mapping[str, Key], authorization: str) -> Key:
    """Return the key of a request, sent as a bearer token."""
    scheme, _, rest = authorization.partition(" ")
    value = rest.strip() if scheme == "Bearer" else ""
    if not value:
        raise StripeRefusal(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
            "YOUR_SECRET_KEY').",
            status=401,
        )
    key = keys.get(value)
    if key is None:
        raise StripeRefusal(f"Invalid API Key provided: {masked(value)}", status=401)
    if key.is_expired:
        raise StripeRefusal(
            f"Expired API Key provided: {masked(value)}", status=401, code="api_key_expired"
        )
    return key
