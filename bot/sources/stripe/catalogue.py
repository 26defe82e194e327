"""Catalogue: what objects only name is looked up on the shelf, and in Stripe once."""

from collections.abc import Iterable, Mapping, Sequence

from bot.sources.stripe.api import StripeApi
from bot.sources.stripe.shelf import Shelf
from storage.importing.stripe.lines import PaidLine
from storage.importing.stripe.objects import Json, Untold, key_of, listed
from storage.importing.stripe.prices import price_of
from storage.importing.stripe.usage import is_usage

KINDS = ("price", "product", "coupon", "customer")
_LISTS: Mapping[str, tuple[str, Sequence[str]]] = {
    "price": ("/v1/prices", ("tiers", "currency_options")),
    "product": ("/v1/products", ()),
    "coupon": ("/v1/coupons", ("applies_to",)),
    "customer": ("/v1/customers", ()),
}
"""Where the objects of a kind are, and what they show to those alone who ask for it."""


class StripeCatalogue:
    """Prices, products, coupons, discounts and customers by their ids."""

    def __init__(self, api: StripeApi, shelf: Shelf) -> None:
        self._api, self._shelf = api, shelf
        self._usage: dict[str, bool] = {}
        self.untold = Untold()

    def is_usage(self, line: PaidLine) -> bool:
        """Tell whether a line is of a metered price; each price is asked for once."""
        key = key_of(price_of(line.said))
        if key not in self._usage:
            self._usage[key] = is_usage(line, self)
        return self._usage[key]

    def price(self, key: str) -> Json | None:
        """Find a price, with its tiers and amounts in other currencies."""
        return self._find("price", key)

    def product(self, key: str) -> Json | None:
        """Find a product."""
        return self._find("product", key)

    def coupon(self, key: str) -> Json | None:
        """Find a coupon, with the products that it applies to."""
        return self._find("coupon", key)

    def customer(self, key: str) -> Json | None:
        """Find a customer; None of one that was deleted."""
        found = self._find("customer", key)
        return None if found is None or found.get("deleted") else found

    def discount(self, key: str) -> Json | None:
        """Find a discount that some object has shown."""
        return self._shelf.find("discount", key)[1]

    def read_all(self, kind: str) -> Iterable[int]:
        """Put all that Stripe lists of a kind on the shelf; yield how many each page has."""
        path, shown = _LISTS[kind]
        for page in self._api.pages(path, **_expanded(f"data.{name}" for name in shown)):
            self._shelf.put(kind, page)
            yield len(page)

    def learn_discounts(self, *objects: Json) -> None:
        """Put the discounts on the shelf that subscriptions, invoices and customers show whole."""
        for one in objects:
            items = listed(one.get("items"))
            named = [*listed(one.get("discounts")), one.get("discount"), *_own(items)]
            whole = [each for each in named if isinstance(each, Mapping) and key_of(each)]
            if whole:
                self._shelf.put("discount", whole)

    def unknown_discounts(self, *objects: Json) -> set[str]:
        """Find the discounts that subscriptions name and nothing has shown yet."""
        named = (
            each
            for one in objects
            for each in (*listed(one.get("discounts")), *_own(listed(one.get("items"))))
        )
        keys = {each for each in named if isinstance(each, str)}
        return {key for key in keys if not self._shelf.has("discount", key)}

    def _find(self, kind: str, key: str) -> Json | None:
        if not key:
            return None
        is_known, found = self._shelf.find(kind, key)
        if is_known:
            return found
        path, shown = _LISTS[kind]
        found = self._api.one(f"{path}/{key}", **_expanded(shown))
        if found is None:
            self._shelf.miss(kind, key)
        else:
            self._shelf.put(kind, [found])
        return found


def _expanded(names: Iterable[str]) -> dict[str, object]:
    wanted = [*names]
    return {"expand": wanted} if wanted else {}


def _own(items: Sequence[Json]) -> Sequence[object]:
    return [each for item in items for each in listed(item.get("discounts"))]
