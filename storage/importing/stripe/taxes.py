"""Taxes that prices include, by the rates of a subscription or by its newest invoice line."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from storage.importing.stripe.lines import PaidLine
from storage.importing.stripe.objects import Json, exact, inner, key_of, listed
from storage.importing.stripe.prices import price_of

_NOTHING = Fraction(0)
_HUNDRED = 100
_DECIMALS = range(5)
Rates = Mapping[str, Fraction]
"""Shares that taxes add to what is net, by item; under an empty one for items without a line."""
NO_RATES: Rates = {}


def may_be_told_by_lines(said: Json, item: Json) -> bool:
    """Tell whether Stripe works a tax out itself which the item's price may include."""
    behaviour = price_of(item).get("tax_behavior")
    is_automatic = bool(inner(said, "automatic_tax", "enabled"))
    return is_automatic and behaviour != "exclusive" and not _named(said, item)


def included_rate(said: Json, item: Json, rates: Rates) -> Fraction | None:
    """Find the rate that an item's price includes; None if it does, and nothing tells how much."""
    if _named(said, item):
        return _rate_named(said, item)
    if not may_be_told_by_lines(said, item):
        return _NOTHING
    is_open = price_of(item).get("tax_behavior") != "inclusive"
    return rates.get(key_of(item), rates.get("", _NOTHING if is_open else None))


def _rate_named(said: Json, item: Json) -> Fraction | None:
    parts = [exact(one.get("percentage")) for one in _named(said, item) if _is_included(one)]
    known = [part for part in parts if part is not None]
    return sum(known, _NOTHING) / _HUNDRED if len(known) == len(parts) else None


def _named(said: Json, item: Json) -> Sequence[Any]:
    return listed(item.get("tax_rates")) or listed(said.get("default_tax_rates"))


def rates_of(said: Json, lines: Iterable[PaidLine]) -> Rates:
    """Find the rates of a subscription: those that it names, or else of each item's newest line.

    Lines of whole periods come before prorations, whose amounts are small.
    """
    found = dict[str, Fraction]()
    for line in sorted(lines, key=lambda one: (not one.is_proration, one.begins)):
        rate = rate_of_line(line.said)
        if rate is not None:
            found[line.item] = found[""] = rate
    for item in listed(said.get("items")):
        rate = _rate_named(said, item)
        if rate is not None and _named(said, item):
            found[key_of(item)] = found[""] = rate
    return found


def rate_of_line(line: Json, near: Iterable[Fraction] = ()) -> Fraction | None:
    """Find the rate that a line's included taxes come to; None if it tells nothing.

    Parameters
    ----------
    near : iterable of Fraction
        Rates that are known: taken where the amounts, which are rounded, do not contradict.
    """
    taxes = listed(line.get("taxes"))
    if not taxes or not line.get("amount"):
        return None
    included = [one for one in taxes if _is_included(one)]
    tax = abs(tax_included(line))
    net = max((abs(int(one.get("taxable_amount") or 0)) for one in included), default=0)
    return _simplest(tax, net, near) if tax and net else _NOTHING


def tax_included(line: Json) -> int:
    """Add up the taxes that a line's amount includes, in Stripe's smallest unit."""
    taxes = (one for one in listed(line.get("taxes")) if _is_included(one))
    return sum(int(one.get("amount") or 0) for one in taxes)


def _is_included(tax: Json) -> bool:
    return bool(tax.get("inclusive")) or tax.get("tax_behavior") == "inclusive"


def _simplest(tax: int, net: int, near: Iterable[Fraction]) -> Fraction:
    """Find the rate with the fewest decimals, in percent, that rounds to a tax on a net amount."""
    half = Fraction(1, 2)
    least, most = (tax - half) / (net + half), (tax + half) / (net - half)
    exactly = Fraction(tax, net)
    shorter = (round(exactly * _HUNDRED, places) / _HUNDRED for places in _DECIMALS)
    return next((one for one in (*near, *shorter) if least <= one <= most), exactly)
