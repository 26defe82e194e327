"""Attributes of accounts, each asked for by name: fields of Stripe's customers as they change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from metrics.segments import PRODUCT, DerivedDimension
from storage.importing.accounts_csv import OWN_COLUMNS
from storage.importing.external_ids import IDS
from storage.importing.profiles.names import is_attribute_name, plain_name
from storage.importing.profiles.wishes import MappingError
from storage.importing.stripe.objects import Json, day_of, inner

CUSTOMER, SUBSCRIPTION = "customer", "subscription"
_METADATA = "metadata"
_PLAIN = {"country": ("address", "country"), "email_domain": ("email",), "name": ("name",)}
_RESERVED = {*OWN_COLUMNS, PRODUCT, *DerivedDimension}
_OVER = "canceled", "incomplete", "incomplete_expired"


class StripeField(NamedTuple):
    """Field that an attribute is made from: whose it is, and the way to it."""

    holder: str
    path: tuple[str, ...]

    @property
    def text(self) -> str:
        """Whose it is, and how a map names it: "customer has metadata.segment"."""
        plain = next((name for name, path in _PLAIN.items() if path == self.path), None)
        return f"{self.holder} has {plain or '.'.join(self.path)}"

    @property
    def is_metadata(self) -> bool:
        """Whether it is a key that people have chosen."""
        return self.path[0] == _METADATA

    def value(self, said: Json) -> str:
        """Read what an object says; empty where it says nothing."""
        found = " ".join(str(inner(said, *self.path) or "").split())
        return found.rpartition("@")[2].lower() if self.path == _PLAIN["email_domain"] else found

    def value_before(self, event: Json) -> str:
        """Read what the object of an event had said before it."""
        said, before = event["data"]["object"], event["data"].get("previous_attributes") or {}
        if self.path[0] not in before:
            return self.value(said)
        outer = {**(said.get(self.path[0]) or {})} if len(self.path) > 1 else {}
        changed = before[self.path[0]]
        whole = {**outer, **changed} if isinstance(changed, Mapping) else changed
        return self.value({self.path[0]: whole})


class ToldValue(NamedTuple):
    """Value that was told at a moment, and the one before it."""

    moment: int
    value: str
    before: str


def parse_fields(maps: Iterable[str]) -> Mapping[str, StripeField]:
    """Read maps such as ``segment=metadata.segment``.

    Raises
    ------
    MappingError
        If one is not written so, names what Stripe or an attribute has not, or comes twice.
    """
    found: dict[str, StripeField] = {}
    for name, one in map(_parsed, filter(str.strip, maps)):
        if name in found:
            raise MappingError(f"the attribute {name} is mapped twice: name one field for it")
        found[name] = one
    return found


def _parsed(text: str) -> tuple[str, StripeField]:
    ours, equals, theirs = (part.strip() for part in text.partition("="))
    if not equals or not theirs:
        raise MappingError(
            "a map of Stripe (NRRBOT_STRIPE_MAP, --map) is OURS=FIELD, such as"
            f' segment=metadata.segment, not "{text.strip()}"'
        )
    name = plain_name(ours)
    if not is_attribute_name(name) or name in _RESERVED or name.startswith(IDS):
        raise MappingError(f'"{ours}" cannot name an attribute: write segment or the like')
    return name, _field(text, theirs)


def _field(text: str, theirs: str) -> StripeField:
    holder, metadata = CUSTOMER, f"{_METADATA}."
    if theirs.startswith(f"{SUBSCRIPTION}."):
        holder, theirs = SUBSCRIPTION, theirs.removeprefix(f"{SUBSCRIPTION}.")
    elif theirs in _PLAIN:
        return StripeField(CUSTOMER, _PLAIN[theirs])
    if not theirs.startswith(metadata) or theirs == metadata:
        raise MappingError(
            f"the map {text.strip()} names no field of Stripe's: write metadata.KEY of a customer,"
            f" subscription.metadata.KEY, {', '.join(list(_PLAIN)[:-1])} or {[*_PLAIN][-1]}"
        )
    return StripeField(holder, (_METADATA, theirs.removeprefix(metadata)))


def keys_of(said: Json) -> Iterable[str]:
    """List the keys of an object's metadata."""
    return said.get(_METADATA) or ()


def told_by(field: StripeField, events: Iterable[Json]) -> Sequence[ToldValue]:
    """List what events tell of a field, in order; one that leaves it as it was tells nothing."""
    found = []
    for event in events:
        value, before = field.value(event["data"]["object"]), field.value_before(event)
        is_first = str(event["type"]).endswith(".created")
        if value != before or (is_first and value):
            found.append(ToldValue(int(event["created"]), value, value if is_first else before))
    return sorted(found, key=lambda one: one.moment)


def stands(field: StripeField, objects: Iterable[Json], moment: int) -> Sequence[ToldValue]:
    """List what objects say now, of subscriptions those that are not over, the newest last."""
    known = [one for one in objects if one.get("status") not in _OVER]
    ordered = sorted(known, key=lambda one: (int(one.get("created") or 0), str(one.get("id"))))
    values = filter(None, map(field.value, ordered))
    return [ToldValue(moment, value, value) for value in values]


def new_values(
    told: Sequence[ToldValue], now: Sequence[ToldValue], held: Mapping[date | None, str]
) -> Iterator[tuple[date | None, str]]:
    """Yield what is new of an attribute, from which day on; None is for what was always so.

    The first value that was ever told was always so. Of one day the last value counts. A value that
    is taken away changes nothing.

    Parameters
    ----------
    now : sequence of ToldValue
        Values of today: the last one counts, unless one of them is what counts already.
    held : mapping of date to str
        Values that were said before, by their first days.
    """
    known = dict(held)
    told = [*_chained(told, _at(known, day_of(told[0].moment)))] if told else told
    said = [value for one in (*told, *now[-1:]) for value in (one.before, one.value) if value]
    if said and _is_first(told, known):
        known[None] = said[0]
        yield None, said[0]
    for day, of_day in groupby(told, key=lambda one: day_of(one.moment)):
        value = [*of_day][-1].value
        if value and value != _at(known, day):
            known[day] = value
            yield day, value
    if now and all(one.value != _at(known, day_of(one.moment)) for one in now):
        yield day_of(now[-1].moment), now[-1].value


def _chained(told: Sequence[ToldValue], last: str) -> Iterator[ToldValue]:
    """Yield what is told in order; within a second each goes on from the value before it."""
    for _, of_second in groupby(told, key=lambda one: one.moment):
        left = sorted(of_second, key=lambda one: one.value != one.before)  # a first value begins
        if all(one.before != last for one in left):
            last = next((one.before for one in left if _begins(one, left)), last)
        while left:
            one = next((one for one in left if one.before == last), left[0])
            left.remove(one)
            last = one.value
            yield one


def _begins(told: ToldValue, among: Sequence[ToldValue]) -> bool:
    return all(one.value != told.before for one in among if one is not told)


def _is_first(told: Sequence[ToldValue], known: Mapping[date | None, str]) -> bool:
    """Tell whether nothing is held of the days before: nothing at all, or it was taken back."""
    days = [day for day in known if day is not None]
    if len(days) < len(known):
        return False
    return not days or (bool(told) and day_of(told[0].moment) <= min(days))


def _at(known: Mapping[date | None, str], day: date) -> str:
    days = [one for one in known if one is None or one <= day]
    newest = max(days, key=lambda one: one or date.min, default=None)
    return known.get(newest, "")
