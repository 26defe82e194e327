"""Order of events: by second, and within one by what each says that it has changed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from storage.importing.stripe.objects import Json, inner

_NOTHING: Json = {}
_RANKS = {"customer.subscription.created": 0, "customer.subscription.deleted": 2}


def in_order(events: Sequence[Json], standing: Json | None = None) -> Iterator[Json]:
    """Yield the events of one subscription in the order in which they happened, each once.

    Stripe lists them by second. Within a second one comes after those that left what it says was
    there before.

    Parameters
    ----------
    standing : dict, optional
        The subscription as it stands after them: it tells apart what was changed and changed back.
    """
    latest = _NOTHING
    seconds = _by_second(events)
    for place, (_, together) in enumerate(seconds):
        is_alone = len(together) == 1
        after = _NOTHING if is_alone else _stands_after(seconds[place + 1 :], standing or _NOTHING)
        rest = sorted(together, key=lambda one: _RANKS.get(str(one["type"]), 1))
        while rest:
            free = [one for one in rest if not _comes_later(one, rest)] or rest[:1]
            first = min(
                free, key=lambda one: (not _holds(latest, _before(one)), _stays(one, after))
            )
            rest.remove(first)
            latest = _object(first) or latest
            yield first


def has_returns(events: Sequence[Json]) -> bool:
    """Tell whether something was changed and changed back within a second."""
    return any(
        _before(one) and _before(other) and _is_undone(one, other)
        for _, together in _by_second(events)
        for one in together
        for other in together
        if one is not other
    )


def _by_second(events: Sequence[Json]) -> Sequence[tuple[int, list[Json]]]:
    once = {str(one["id"]): one for one in events}
    ordered = sorted(once.values(), key=lambda one: (int(one["created"]), str(one["id"])))
    seconds = groupby(ordered, key=lambda one: int(one["created"]))
    return [(second, [*together]) for second, together in seconds]


def _is_undone(one: Json, other: Json) -> bool:
    return _holds(_object(other), _before(one)) and _holds(_object(one), _before(other))


def _stands_after(later: Sequence[tuple[int, list[Json]]], standing: Json) -> Json:
    """Find what stood when later events began, by what each says was there before."""
    found = dict(standing)
    for _, together in reversed(later):
        for one in together:
            found |= _before(one)
    return found


def _stays(one: Json, after: Json) -> bool:
    """Tell whether what an event has changed is still so later."""
    said = {name: inner(_object(one), name) for name in _before(one)}
    return bool(said) and _holds(after, said)


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
