"""Customers of Stripe: names and attributes that are news to the ledger."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.sources.stripe.reading import StripeReading
from storage.importing.cells import CellError, parse_label
from storage.importing.contracts.held_names import HeldAccountName, held_accounts
from storage.importing.stripe.attributes import (
    SUBSCRIPTION,
    StripeField,
    ToldValue,
    keys_of,
    new_values,
    stands,
    told_by,
)
from storage.importing.stripe.objects import Json, UntoldError, day_of
from storage.store.engine import Store

NAME = "stripe"
"""The name under which the ledger keeps what comes from Stripe."""
_AT_ONCE = 10_000
_KEYS_NAMED = 5
_UNKNOWN = HeldAccountName("")


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeCustomers:
    """Says of customers what the ledger does not hold.

    ``fields`` are those that are asked for, by the attribute that each becomes; ``now`` is the
    moment at which objects say what they say.
    """

    store: Store
    reading: StripeReading
    now: int
    fields: Mapping[str, StripeField] = field(default_factory=dict)
    _looked: set[str] = field(default_factory=set, init=False)
    _found: set[str] = field(default_factory=set, init=False)
    _keys: dict[str, set[str]] = field(default_factory=dict, init=False)

    @property
    def columns(self) -> Sequence[str]:
        """The columns of its rows."""
        return "account_id", "name", "created_on", "valid_from", *self.fields

    def rows(self, changed: Collection[str]) -> Iterator[Sequence[str]]:
        """Yield rows of a list of accounts.

        Parameters
        ----------
        changed : collection of str
            Customers whose subscriptions land, too; of others only those are told of that the
            ledger has.
        """
        ids = sorted({*changed, *self.reading.customers.ids(), *self.reading.shelf.ids("customer")})
        for begin in range(0, len(ids), _AT_ONCE):
            some = ids[begin : begin + _AT_ONCE]
            with self.store.read() as session:
                held = held_accounts(session, NAME, some)
            for key in some:
                if key in held or key in changed:
                    yield from self._rows_of(key, held.get(key, _UNKNOWN))

    def missing(self) -> Iterator[str]:
        """Yield the fields in which nothing was found, beside some keys that there are."""
        for name, one in self.fields.items():
            if name in self._looked - self._found:
                keys = sorted(self._keys.get(one.holder, ()))[:_KEYS_NAMED]
                there = f" (but {', '.join(keys)})" if keys and one.is_metadata else ""
                yield f"no {one.text}{there}"

    def _rows_of(self, key: str, held: HeldAccountName) -> Iterator[Sequence[str]]:
        by_day = self._values(key, held)
        customer = self._object(key) if not held.name or self._is_shown(key) else None
        name = " ".join(str((customer or {}).get("name") or "").split())
        if customer is not None and name and held.takes_name and name != held.name:
            created = day_of(int(customer["created"])).isoformat()
            yield [key, name, created, "", *self._cells(by_day.pop(None, {}))]
        for day, values in by_day.items():
            yield [key, "", "", "" if day is None else day.isoformat(), *self._cells(values)]

    def _cells(self, values: Mapping[str, str]) -> Sequence[str]:
        return [values.get(name, "") for name in self.fields]

    def _values(self, key: str, held: HeldAccountName) -> dict[date | None, dict[str, str]]:
        """Find what is new of attributes, by day."""
        found: dict[date | None, dict[str, str]] = {}
        for name, one in self.fields.items():
            stated = held.stated.get(name, {})
            told = told_by(one, self.reading.customers.told(key, one.holder))
            now = self._stands(key, one, is_new=not stated and not told)
            self._looked.add(name)
            if stated or told or now:
                self._found.add(name)
            for day, value in new_values(told, now, stated):
                if self._is_label(value, key):
                    found.setdefault(day, {})[name] = value
        return found

    def _stands(self, key: str, one: StripeField, *, is_new: bool) -> Sequence[ToldValue]:
        """List what objects say today: those that were read, or that are asked for now."""
        is_shown = is_new or self._is_shown(key)
        if one.holder == SUBSCRIPTION:
            objects = self.reading.customers.told(key, "now")
        else:
            objects = [*filter(None, [self._object(key) if is_shown else None])]
        self._keys.setdefault(one.holder, set()).update(*map(keys_of, objects))
        return stands(one, objects, self.now)

    def _is_shown(self, key: str) -> bool:
        return self.reading.shelf.has("customer", key)

    def _object(self, key: str) -> Json | None:
        return self.reading.catalogue.customer(key)

    def _is_label(self, value: str, key: str) -> bool:
        try:
            parse_label(value)
        except CellError as error:
            self.reading.catalogue.untold.add(
                UntoldError(f"values of attributes that are no label: one {error}", key)
            )
            return False
        return True
