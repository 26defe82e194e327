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
    alike = [each for each in others if _RANKS.get(str(each["type"]), 1) == rank]
    return any(_begins_with(one, each) or _keeps(one, each) for each in alike)


def _begins_with(one: Json, other: Json) -> bool:
    """Tell whether an event began with what another left, and left not what that began with."""
    before, theirs = _before(one), _before(other)
    is_theirs = bool(theirs) and _holds(_object(one), theirs)
    return bool(before) and _holds(_object(other), before) and not is_theirs


def _keeps(one: Json, other: Json) -> bool:
    """Tell whether an event that changed something else has what another one left."""
    theirs = {name: said for name, said in _before(other).items() if name not in _before(one)}
    mine, left = _object(one), _object(other)
    return (
        bool(theirs)
        and all(inner(mine, name) == inner(left, name) for name in theirs)
        and not _holds(mine, theirs)
    )


def _object(event: Json) -> Any:  # noqa: ANN401 - any JSON
    return inner(event, "data", "object")


def _before(event: Json) -> Json:
    before = inner(event, "data", "previous_attributes")
    return before if isinstance(before, Mapping) else {}


def _holds(whole: object, part: object) -> bool:
    """Tell whether an object has all that a part of one says."""
    if isinstance(part, Mapping):
        return isinstance(whole, Mapping) and all(
            _holds(whole.get(name), value) for name, value in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) == len(part) and all(map(_holds, whole, part))
    return whole == part
