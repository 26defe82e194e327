"""Amendments: each replaces the rest of what it amends, from its own first day on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from metrics.contracts.terms import Renewing, Term


@dataclass(frozen=True, slots=True)
class AmendedTerm:
    """A committed term as its amendments leave it: nothing of it counts from ``cut`` on.

    ``number`` is its index in the terms of the account, ``after`` the first day and the last one
    of the term whose renewals it goes on with.
    """

    number: int
    term: Term
    cut: date | None = None
    root: Term | None = None


def amended(terms: Sequence[Term]) -> list[AmendedTerm]:
    """Apply the amendments of one account, the earliest first.

    An amendment of a product that the contract has replaces that product's terms alone, any other
    one all of them. Where it does not say until when it runs, or whether and how it renews, it goes
    on as what it replaces.
    """
    standings = [AmendedTerm(n, term) for n, term in enumerate(terms) if term.is_committed]
    roots = _roots(terms)
    families: defaultdict[str, list[AmendedTerm]] = defaultdict(list)
    alone = []
    for one in standings:
        name = one.term.amends or one.term.contract
        if name is None:
            alone.append(one)
        else:
            families[roots.get(name, name)].append(one)
    return [*alone, *(one for family in families.values() for one in _of_family(family))]


def unknown_amendments(terms: Sequence[Term]) -> Iterator[int]:
    """Yield the indexes of the terms that amend a contract which the account does not have."""
    contracts = {term.contract for term in terms}
    return (n for n, term in enumerate(terms) if term.amends and term.amends not in contracts)


def _roots(terms: Iterable[Term]) -> dict[str, str]:
    """Find for each amended or amending contract the one that it all began with."""
    above = {
        term.contract: term.amends
        for term in terms
        if term.contract and term.amends and term.contract != term.amends
    }
    found = {}
    for name in above:
        passed = [name]
        while (root := above.get(passed[-1])) is not None and root not in passed:
            passed.append(root)
        found[name] = passed[-1]
    return found


def _of_family(family: Sequence[AmendedTerm]) -> list[AmendedTerm]:
    done = [one for one in family if not one.term.amends]
    amendments = sorted((one for one in family if one.term.amends), key=lambda one: one.term.start)
    for day, together in groupby(amendments, key=lambda one: one.term.start):
        new = list(together)
        products = {one.term.position.product for one in new}
        running = [one for one in done if one.cut is None]
        same = [one for one in running if one.term.position.product in products]
        replaced = same or running
        done = [replace(one, cut=day) if one in replaced else one for one in done]
        done += [_going_on(one, replaced) for one in new]
    return done


def _going_on(new: AmendedTerm, replaced: Sequence[AmendedTerm]) -> AmendedTerm:
    if not replaced:
        return new
    product = new.term.position.product
    before = next((one for one in replaced if one.term.position.product == product), replaced[0])
    said, earlier = new.term.renewing, before.term.renewing
    goes_on = earlier.goes_on if said.goes_on is None else said.goes_on
    escalator = earlier.escalator if said.escalator is None else said.escalator
    term = replace(
        new.term,
        last=new.term.last or before.term.last,
        renewing=Renewing(goes_on, escalator),
    )
    is_rest = term.last == before.term.last  # a new end begins terms of a length of its own
    return replace(new, term=term, root=(before.root or before.term) if is_rest else None)
