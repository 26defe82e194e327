"""Exact MRR of a term: the recurring price after its discount, spread over months."""

from fractions import Fraction

from metrics.contracts.lengths import length_of
from metrics.contracts.terms import Cadence, Price, Term


def mrr_of(term: Term) -> Fraction | None:
    """Spread a term's full price over its months; None of a whole price without an end.

    Returns
    -------
    Fraction or None
        Minor units a month, before any discount.
    """
    return _monthly(term, Fraction(term.price.amount_minor))


def discount_of(term: Term) -> Fraction:
    """Spread what a term's discount takes away over its months, in minor units a month."""
    price = term.price
    return _monthly(term, discount_minor(price)) or Fraction(0)


def discount_minor(price: Price) -> Fraction:
    """Add up what a discount takes away from one amount, in minor units."""
    return price.discount_minor + price.discount_share * price.amount_minor


def _monthly(term: Term, amount: Fraction) -> Fraction | None:
    cadence = term.price.cadence
    if cadence is not Cadence.TOTAL:
        return amount / cadence.value
    return amount / length_of(term.start, term.last).exact_months if term.last else None
