"""History of a subscription from the lines of its invoices, which Stripe keeps for good."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from storage.importing.stripe.charges import PricedItem, charges_of
from storage.importing.stripe.discounts import GivenDiscount, RecurringDiscount, discount_named
from storage.importing.stripe.lines import PaidLine, lasting
from storage.importing.stripe.objects import Catalogue, day_before, day_of, key_of
from storage.importing.stripe.prices import price_of
from storage.importing.stripe.snapshots import PayState, Snapshot
from storage.importing.stripe.subscriptions import priced_item
from storage.importing.stripe.taxes import NO_RATES, Rates, rate_of_line

_NONE_GIVEN: Mapping[str, GivenDiscount] = {}


@dataclass(frozen=True, slots=True)
class _Paid:
    """An item as it is paid for until a moment."""

    item: PricedItem
    price: str
    until: int
    is_free: bool
    discounts: tuple[str, ...]


class LineHistory:
    """Course of one subscription by what was paid, from change to change, and until when that is.

    Parameters
    ----------
    lines : iterable of PaidLine
        All lines of the subscription, in any order, repeated or not.
    given : mapping of str to GivenDiscount
        Discounts that the subscription shows next, by id: from their own start on they count, even
        if no invoice has them yet.
    rates : mapping of str to Fraction
        What is known of the taxes that its prices include, for lines that do not tell.
    """

    def __init__(
        self,
        lines: Iterable[PaidLine],
        catalogue: Catalogue,
        given: Mapping[str, GivenDiscount] = _NONE_GIVEN,
        rates: Rates = NO_RATES,
    ) -> None:
        self._catalogue, self._rates = catalogue, rates
        self._lines = sorted(lasting([*lines]), key=_order)
        self._items: dict[str, _Paid] = {}
        self._given_up: dict[str, tuple[str, ...]] = {}
        self._given = given
        self._discounts = self._first_used()  # in the order in which invoices take them off
        for key, one in given.items():
            self._discounts.setdefault(key, (one.discount, one.shown))
        self._latest: Snapshot | None = None
        self._idle: int | None = None
        self.paid_until: int | None = None

    def snapshots(self) -> Iterator[Snapshot]:
        """Yield how it stood from each change on: items, trials, pauses between paid periods."""
        place = 0
        for moment in self._moments():
            if self.paid_until is not None and day_of(self.paid_until) < day_of(moment):
                yield from self.unpaid()
            self._items = {name: one for name, one in self._items.items() if one.until > moment}
            begin = place
            while place < len(self._lines) and self._lines[place].begins <= moment:
                self._take(self._lines[place])
                place += 1
            if self._items:
                self.paid_until = max(one.until for one in self._items.values())
                is_renewal = any(not one.is_proration for one in self._lines[begin:place])
                self._latest = self._snapshot(moment, is_renewal=is_renewal)
                yield self._latest

    def unpaid(self) -> Iterator[Snapshot]:
        """Yield how it stands when what was paid is over: paused, or still free of charge."""
        if self._latest is not None and self.paid_until is not None:
            day = day_of(self.paid_until)
            is_paused = self._latest.standing is PayState.PAID
            yield replace(
                self._latest,
                moment=self.paid_until,
                start=day,
                period=(day, day),
                trial_last=None,
                paused=is_paused,
            )

    def _moments(self) -> Sequence[int]:
        begins = {line.begins for line in self._lines}
        # A coupon that came between two invoices counts from its own day on.
        begins |= {
            one.begins
            for one, used in self._discounts.values()
            if one.begins < used
            and any(line.begins < one.begins < line.ends for line in self._lines)
        }
        return sorted(begins)

    def _first_used(self) -> dict[str, tuple[RecurringDiscount, int]]:
        """Find the discounts of all lines that recur, and the first invoice of each."""
        found: dict[str, tuple[RecurringDiscount, int]] = {}
        asked = set[str]()
        # What is given back names a discount that the rest of the period may not have yet.
        for line in sorted(self._lines, key=lambda one: one.is_proration and one.amount < 0):
            for key in dict.fromkeys(line.discounts):  # in their order, which is how they are taken
                if key in asked:
                    continue
                asked.add(key)
                one = discount_named(key, line.currency, self._catalogue)
                if one is not None:
                    found[key] = one, line.begins
        return found

    def _take(self, line: PaidLine) -> None:
        price = key_of(price_of(line.said))
        if line.is_proration and line.amount < 0:  # paid back: what it has become comes after it
            names = [name for name, one in self._items.items() if one.price == price]
            for name in [line.item] if line.item in self._items else names[:1]:
                self._given_up[line.item] = self._items.pop(name).discounts
            if self._is_over(line):
                self._idle = line.begins
            return
        # A change within a pause: nothing is paid until the next whole period that is.
        if line.is_proration and self._idle == line.begins:
            return
        if line.is_unasked and (self.paid_until is None or self._is_over(line)):
            return
        item = priced_item(line.said, line.currency, self._catalogue)
        if item is not None:
            is_free = not line.is_proration and not line.amount and bool(item.cost.minor)
            # The amount of a proration is what is left after discounts, which it need not name.
            before = self._given_up.pop(line.item, ()) if line.is_proration else ()
            named = line.discounts or before
            item = item._replace(tax=self._tax(line))
            self._items[line.item] = _Paid(item, price, line.ends, is_free, named)

    def _tax(self, line: PaidLine) -> Fraction:
        said, rate = line.said, rate_of_line(line.said, self._rates.values())
        if rate is None and (not line.amount or said.get("taxes") is None):
            rate = self._rates.get(line.item, self._rates.get(""))
        return rate or Fraction(0)

    def _is_over(self, line: PaidLine) -> bool:
        """Tell whether what was paid before a line is over when it begins."""
        return self.paid_until is not None and self.paid_until <= line.begins

    def _snapshot(self, moment: int, *, is_renewal: bool) -> Snapshot:
        day, items = day_of(moment), [*self._items.values()]
        is_free = all(one.is_free for one in items)
        return Snapshot(
            moment=moment,
            standing=PayState.FREE if is_free else PayState.PAID,
            start=day,
            charges=charges_of(
                [one.item for one in items], [*self._active(moment)], self._lines[0].currency
            ),
            period=(day if is_renewal else date.min, day),
            trial_last=day_before(max(one.until for one in items)) if is_free else None,
        )

    def _active(self, moment: int) -> Iterator[RecurringDiscount]:
        """Yield the discounts of a moment, each with the products whose lines have it."""
        for key, (one, used) in self._discounts.items():
            some = [paid for name, paid in self._items.items() if self._has(key, name, paid)]
            is_named = any(key in paid.discounts for paid in some)
            if some and (is_named or one.begins <= moment < used):
                products = frozenset(paid.item.product for paid in some)
                yield replace(one, products=None if len(some) == len(self._items) else products)

    def _has(self, key: str, item: str, paid: _Paid) -> bool:
        given = self._given.get(key)
        if given is None:
            return any(line.item == item and key in line.discounts for line in self._lines)
        products = given.discount.products
        return given.item in ("", item) and (not products or paid.item.product in products)


def _order(line: PaidLine) -> tuple[int, bool, bool, str, str]:
    # What is paid back comes first, and a renewal before what changes at that moment.
    key = f"{line.amount}"
    return line.begins, line.amount >= 0, line.is_proration, line.item, key
