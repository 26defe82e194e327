"""Order of events: by second, and within one by what each says that it has changed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from storage.importing.stripe.objects import Json, inner

_RANKS = {"customer.subscription.created": 0, "customer.subscription.deleted": 2}


def in_order(events: Sequence[Json]) -> Iterator[Json]:
    """Yield the events of one subscription in the order in which they happened, each once.

    Stripe lists them by second. Within a second one comes after those that left what it says was
    there before.
    """
    once = {str(one["id"]): one for one in events}
    by_moment = sorted(once.values(), key=lambda one: (int(one["created"]), str(one["id"])))
    for _, together in groupby(by_moment, key=lambda one: int(one["created"])):
        rest = sorted(together, key=lambda one: _RANKS.get(str(one["type"]), 1))
        while rest:
            first = next((one for one in rest if not _comes_later(one, rest)), rest[0])
            rest.remove(first)
            yield first


def _comes_later(one: Json, rest: Sequence[Json]) -> bool:
    """Tell whether another event of the second must have come before."""
    rank = _RANKS.get(str(one["type"]), 1)
    others = [each for each in rest if each is not one]
    if any(_RANKS.get(str(each["type"]), 1) < rank for each in others):
        return True
    before = inner(one, "data", "previous_attributes")
    if not isinstance(before, Mapping) or not before:
        return False
    # It began with what another one left, and did not leave what that one began with.
    return any(
        _holds(_object(each), before)
        and not _holds(_object(one), inner(each, "data", "previous_attributes"))
        for each in others
        if _RANKS.get(str(each["type"]), 1) == rank
    )


def _object(event: Json) -> Any:  # noqa: ANN401 - any JSON
    return inner(event, "data", "object")


def _holds(whole: object, part: object) -> bool:
    """Tell whether an object has all that a part of one says."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(
            _holds(whole.get(name), value) for name, value in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) == len(part) and all(map(_holds, whole, part))
    return whole == part
