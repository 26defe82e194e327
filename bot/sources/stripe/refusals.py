"""Refusals of Stripe's API in one sentence each, with what to do; none of them shows the key."""

from storage.errors import SourceFailedError

_PERMISSIONS = {
    "customers": "Customers",
    "events": "Events",
    "products": "Products",
    "coupons": "Coupons",
    "prices": "Prices",
    "subscriptions": "Subscriptions",
    "subscription_items": "Subscriptions",
    "invoices": "Invoices",
    "invoiceitems": "Invoices",
}
"""The permission to tick for a restricted key, by the beginning of a path."""


class NotPermittedError(SourceFailedError):
    """A key that lacks one permission: not all that is read is needed."""


def unknown_key() -> SourceFailedError:
    """Say that Stripe does not take the key."""
    return SourceFailedError(
        "Stripe does not take the key in STRIPE_API_KEY: it is wrong, expired or deleted. Make a"
        " restricted key in Stripe under Developers, API keys, and set it there"
    )


def missing_permission(path: str) -> NotPermittedError:
    """Say which permission a key lacks."""
    kind = path.removeprefix("/v1/").partition("/")[0]
    return NotPermittedError(
        f"the key in STRIPE_API_KEY may not read {kind.replace('_', ' ')}: in Stripe, under"
        f" Developers, API keys, set {_PERMISSIONS.get(kind, kind)} to Read"
    )


def busy(tries: int) -> SourceFailedError:
    """Say that Stripe has asked for patience too often."""
    return SourceFailedError(
        f"Stripe asked to wait (too many requests) {tries} times in a row. Nothing is lost: the"
        " next sync tries again"
    )


def broken(status: int | None) -> SourceFailedError:
    """Say that Stripe failed on its side, again and again."""
    said = f" (it answers {status})" if status else ""
    return SourceFailedError(
        f"Stripe has a problem of its own{said}. Nothing is lost: the next sync tries again;"
        " status.stripe.com says more"
    )


def unreachable() -> SourceFailedError:
    """Say that no connection came about."""
    return SourceFailedError(
        "Stripe could not be reached: check STRIPE_API_URL, the network and its proxy. Nothing is"
        " lost: the next sync tries again"
    )


def refused(path: str, status: int | None) -> SourceFailedError:
    """Say that a request was wrong, which only a new version can mend."""
    return SourceFailedError(
        f"Stripe refused a request for {path} (it answers {status}): please report this with the"
        " version that `nrrbot --version` shows"
    )
