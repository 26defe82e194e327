"""Stripe's API as this stand-in has it: lists, single objects, the lines of an invoice."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.stripe import parameters
from tests.stripe.account import StripeAccount
from tests.stripe.expansion import Expansion
from tests.stripe.keys import Key
from tests.stripe.refusals import JsonObject, StripeRefusal, no_such
from tests.stripe.resources import RESOURCES, Resource

PAGE = 10
VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")
PAGING = {
    "expand": parameters.texts,
    "limit": parameters.limit,
    "starting_after": parameters.text,
}


class StandInApi:
    """Answers one request of a key that is known, in the shape of a version."""

    def __init__(self, account: StripeAccount, key: Key, version: str | None) -> None:
        if version is not None and not VERSION.fullmatch(version):
            raise StripeRefusal(f"Invalid Stripe API version: {version}")
        self.version = version or account.version
        self._account = account
        self._key = key

    def get(self, path: str, query: Sequence[tuple[str, str]]) -> JsonObject:
        """Return the answer to ``GET /v1/PATH``."""
        given = parameters.nested(query)
        match path.split("/"):
            case [name] if name in RESOURCES:
                return self._list(name, RESOURCES[name], given)
            case [name, object_id] if name in RESOURCES:
                return self._one(RESOURCES[name], object_id, given)
            case ["invoices", object_id, "lines"]:
                return self._lines(object_id, given)
        raise StripeRefusal(
            f"Unrecognized request URL (GET: /v1/{path}). If you are trying to list objects, "
            "remove the trailing slash. If you are trying to retrieve an object, make sure you "
            "passed a valid (non-empty) identifier in your code.",
            status=404,
        )

    def _list(self, name: str, resource: Resource, given: Mapping[str, Any]) -> JsonObject:
        self._key.need(resource.permission, self._account.id)
        known = PAGING | {key: one.read for key, one in resource.filters.items()}
        asked = parameters.read(given, known)
        if resource.needed and resource.needed not in asked:
            raise StripeRefusal(
                f"Missing required param: {resource.needed}.",
                code="parameter_missing",
                param=resource.needed,
            )
        newest_first = self._newest_first(resource.kind)
        filters = {**resource.defaults, **asked}
        wanted = [
            one
            for one in newest_first
            if all(
                known_filter.holds(one, filters[key])
                for key, known_filter in resource.filters.items()
                if key in filters
            )
        ]
        return self._page(f"/v1/{name}", newest_first, wanted, asked)

    def _newest_first(self, kind: str) -> list[JsonObject]:
        if kind == "subscription_item":
            subscriptions = self._account.all("subscription")
            return [item for one in subscriptions for item in one["items"]["data"]]
        found = [one for one in self._account.all(kind) if not one.get("deleted")]
        order: dict[int, Any] = {id(one): number for number, one in enumerate(found)}
        if kind == "event":  # those of one second come in any order
            order = {id(one): int(one["id"][-8:], 16) for one in found}
        return sorted(found, key=lambda one: (-one["created"], -order[id(one)]))

    def _one(self, resource: Resource, object_id: str, given: Mapping[str, Any]) -> JsonObject:
        self._key.need(resource.permission, self._account.id)
        asked = parameters.read(given, {"expand": parameters.texts})
        for value in self._account.all(resource.kind):
            if value["id"] == object_id:
                return self._said(value, asked.get("expand", []))
        raise no_such(resource.kind, object_id)

    def _said(self, value: JsonObject, expand: list[str]) -> JsonObject:
        if value.get("deleted") and value["object"] == "customer":
            return {"id": value["id"], "object": "customer", "deleted": True}
        said = self._account.said(value, self.version)
        Expansion(self._account, self.version, self._key).expand(said, expand)
        return said

    def _lines(self, invoice_id: str, given: Mapping[str, Any]) -> JsonObject:
        self._key.need("invoice", self._account.id)
        asked = parameters.read(given, PAGING)
        if not self._account.has("invoice", invoice_id):
            raise no_such("invoice", invoice_id)
        lines = [one for one in self._account.all("line_item") if one["invoice"] == invoice_id]
        return self._page(f"/v1/invoices/{invoice_id}/lines", lines, lines, asked)

    def _page(
        self,
        url: str,
        everything: Sequence[JsonObject],
        wanted: Sequence[JsonObject],
        asked: Mapping[str, Any],
    ) -> JsonObject:
        size = asked.get("limit", PAGE)
        places = {one["id"]: number for number, one in enumerate(everything)}
        if cursor := asked.get("starting_after"):
            if cursor not in places:
                raise no_such("object", cursor, "starting_after", status=400)
            wanted = [one for one in wanted if places[one["id"]] > places[cursor]]
        data = [self._account.said(one, self.version) for one in wanted[:size]]
        answer = {"object": "list", "data": data, "has_more": len(wanted) > size, "url": url}
        Expansion(self._account, self.version, self._key).expand(answer, asked.get("expand", []))
        return answer
