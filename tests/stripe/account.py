"""Everything that one Stripe account holds, its clock, and what happened in it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from hashlib import sha256
from itertools import count

from tests.stripe.moments import DAY
from tests.stripe.refusals import ImpossibleStoryError, JsonObject
from tests.stripe.shapes import NEWEST, shaped

EVENTS_KEPT = 30 * DAY


class StripeAccount:
    """Objects in the newest shape, by kind and in the order in which they were made.

    Parameters
    ----------
    now : int
        The moment at which its history begins.
    version : str
        The account's own API version: events are written in its shape, whoever reads them.
    """

    def __init__(self, *, now: int, version: str = NEWEST) -> None:
        self.id = "acct_1StandIn"
        self.now = now
        self.version = version
        self.lock = threading.RLock()
        self.lost_before = 0
        self._objects: dict[str, dict[str, JsonObject]] = {}
        self._numbers = count(1)

    def new_id(self, prefix: str) -> str:
        """Return an id that says nothing about when it was made."""
        digest = sha256(f"{prefix} {next(self._numbers)}".encode()).hexdigest()
        return f"{prefix}_1{digest[:16]}"

    def add(self, value: JsonObject) -> JsonObject:
        """Keep an object under its kind and id, and return it."""
        self._objects.setdefault(value["object"], {})[value["id"]] = value
        return value

    def has(self, kind: str, object_id: str) -> bool:
        """Tell whether there is, or was, such an object."""
        return object_id in self._objects.get(kind, {})

    def get(self, kind: str, object_id: str) -> JsonObject:
        """Return the object as it is kept, to be changed in `changing`."""
        try:
            return self._objects[kind][object_id]
        except KeyError:
            raise ImpossibleStoryError(f"there is no {kind} {object_id}") from None

    def all(self, kind: str) -> list[JsonObject]:
        """Return the objects of a kind, oldest first; events only as long as Stripe has them."""
        found = list(self._objects.get(kind, {}).values())
        if kind != "event":
            return found
        since = max(self.now - EVENTS_KEPT, self.lost_before)
        return [one for one in found if one["created"] >= since]

    def said(self, value: JsonObject, version: str | None = None) -> JsonObject:
        """Return a copy of the object in the shape of a version, the account's own without one."""
        return shaped(value, version or self.version, self.get)

    @contextmanager
    def changing(self, value: JsonObject, kind: str) -> Iterator[JsonObject]:
        """Write an event of what the block changes of ``value``, if it changes anything."""
        before = self.said(value)
        yield value
        previous = difference(before, self.said(value))
        if previous:
            self.happened(kind, value, previous)

    def happened(
        self, kind: str, value: JsonObject, previous: JsonObject | None = None
    ) -> JsonObject:
        """Write an event about ``value`` as it is now."""
        data: JsonObject = {"object": self.said(value)}
        if previous is not None:
            data["previous_attributes"] = previous
        return self.add(
            {
                "id": self.new_id("evt"),
                "object": "event",
                "api_version": self.version,
                "created": self.now,
                "data": data,
                "livemode": False,
                "pending_webhooks": 0,
                "request": {"id": None, "idempotency_key": None},
                "type": kind,
            }
        )


def difference(before: JsonObject, now: JsonObject) -> JsonObject:
    """Return the former values of what changed: only the changed keys of objects, lists whole."""
    changed: JsonObject = {}
    for name in before.keys() | now.keys():
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            changed[name] = difference(old, new)
        else:
            changed[name] = deepcopy(old)
    return dict(sorted(changed.items()))
