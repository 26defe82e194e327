"""Exact MRR of a term: the recurring price after its discount, spread over months."""

from fractions import Fraction

from metrics.contracts.lengths import length_of
from metrics.contracts.terms import Cadence, Term

_NOTHING = Fraction(0)


def has_price(term: Term) -> bool:
    """Tell whether a term's MRR is known: a price for the whole needs an end."""
    return term.last is not None or term.price.cadence is not Cadence.TOTAL


def begins_too_late(term: Term) -> bool:
    """Tell whether a term begins after its end, which is that of what it amends."""
    return term.last is not None and term.last < term.start


def mrr_of(term: Term) -> Fraction:
    """Spread a term's full price over its months; nothing of one that has no MRR.

    Returns
    -------
    Fraction
        Minor units a month, before any discount.
    """
    cadence, amount = term.price.cadence, term.price.amount_minor
    if cadence is not Cadence.TOTAL:
        return Fraction(amount, cadence.value)
    if term.last is None or begins_too_late(term):
        return _NOTHING
    return length_of(term.start, term.last).monthly(amount)


def discount_of(term: Term) -> Fraction:
    """Spread what a term's discount takes away over its months, in minor units a month."""
    price = term.price
    is_given = price.discount_minor or price.discount_share
    if not is_given or not price.amount_minor:
        return _NOTHING
    share = price.discount_share + Fraction(price.discount_minor, price.amount_minor)
    return mrr_of(term) * share
