"""``expand[]``: ids that become objects, and what is shown to those alone who ask for it."""

from collections.abc import Callable
from typing import Any

from tests.stripe.account import StripeAccount
from tests.stripe.keys import Key
from tests.stripe.refusals import JsonObject, StripeRefusal
from tests.stripe.resources import PERMISSIONS

LEVELS = 4
EXPANDABLE = {
    ("invoice", "discounts"): "discount",
    ("subscription", "customer"): "customer",
    ("subscription", "discounts"): "discount",
    ("subscription", "latest_invoice"): "invoice",
    ("subscription_item", "discounts"): "discount",
}
"""Kind and place of a field, and the kind of what its ids are of."""
SHOWN_ON_DEMAND = frozenset(
    {("coupon", "applies_to"), ("price", "currency_options"), ("price", "tiers")}
)


class Expansion:
    """Expands in objects of one version's shape what a key may read."""

    def __init__(self, account: StripeAccount, version: str, key: Key) -> None:
        self._account = account
        self._version = version
        self._key = key

    def expand(self, value: JsonObject, paths: list[str]) -> None:
        """Expand every path in ``value``, or refuse."""
        for path in paths:
            names = path.split(".")
            if len(names) > LEVELS:
                raise StripeRefusal(
                    f"You cannot expand more than {LEVELS} levels of a property. Property: {path}",
                    param="expand",
                )
            if not self._walk(value, "", "", names):
                raise _not_expandable(names[-1])

    def _walk(self, value: Any, kind: str, place: str, names: list[str]) -> bool:  # noqa: ANN401
        """Go along ``names``; tell whether the last of them can be expanded, if it is there."""
        if isinstance(value, list):
            outcomes = [self._walk(one, kind, place, names) for one in value]
            return all(outcomes)
        if not isinstance(value, dict) or not names:
            return value is None
        if "object" in value:
            kind, place = value["object"], ""
        name, *rest = names
        place = f"{place}.{name}" if place else name
        if (kind, place) in SHOWN_ON_DEMAND:
            value[name] = self._account.get(kind, value["id"])[name]
            return not rest
        if (kind, place) in EXPANDABLE:
            return self._replace(value, name, EXPANDABLE[kind, place], rest)
        if name not in value or isinstance(value[name], str | int):
            raise _not_expandable(name)
        if not value[name]:
            return True
        return bool(rest) and self._walk(value[name], kind, place, rest)

    def _replace(self, value: JsonObject, name: str, kind: str, rest: list[str]) -> bool:
        if name not in value:
            raise _not_expandable(name)  # this version has no such field
        if kind in PERMISSIONS:
            self._key.need(PERMISSIONS[kind], self._account.id)
        value[name] = _each(value[name], lambda object_id: self._said(kind, object_id))
        return not rest or self._walk(value[name], kind, "", rest)

    def _said(self, kind: str, object_id: str) -> JsonObject:
        return self._account.said(self._account.get(kind, object_id), self._version)


def _each(value: Any, change: Callable[[str], JsonObject]) -> Any:  # noqa: ANN401 - ids or lists
    if isinstance(value, list):
        return [_each(one, change) for one in value]
    return change(value) if isinstance(value, str) else value


def _not_expandable(name: str) -> StripeRefusal:
    return StripeRefusal(
        f"This property cannot be expanded ({name}). You may want to try expanding "
        f"'data.{name}' instead.",
        param="expand",
    )
