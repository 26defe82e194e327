"""Differences and parts of ratios as readers work them out: from the figures that are shown."""

from collections.abc import Sequence
from fractions import Fraction

from bot.style.figures import points
from metrics.money import apportioned, round_half_up
from metrics.retention import Retention

UNCHANGED = "unchanged"


def as_shown(ratio: Fraction) -> Fraction:
    """Round a ratio to the tenth of a percent that `percent` writes."""
    return Fraction(round_half_up(ratio * 100, 1)) / 100


def difference_of(ratio: Fraction, other: Fraction) -> Fraction:
    """Subtract two ratios as they are shown: readers subtract what they see."""
    return as_shown(ratio) - as_shown(other)


def change_of(ratio: Fraction | None, before: Fraction | None) -> str | None:
    """Write the difference to an earlier ratio in points; None where either is undefined.

    Examples
    --------
    >>> change_of(Fraction(10096, 10000), Fraction(10044, 10000))
    '+0.6 pts'
    >>> change_of(Fraction(10004, 10000), Fraction(1))
    'unchanged'
    """
    if ratio is None or before is None:
        return None
    return points(difference_of(ratio, before)) if difference_of(ratio, before) else UNCHANGED


def change_on(ratio: Fraction | None, before: Fraction | None, when: str) -> str | None:
    """Write `change_of` and what it is the change on: "+0.6 pts on 2026-09".

    Examples
    --------
    >>> change_on(Fraction(101, 100), Fraction(101, 100), "2026-09")
    'unchanged from 2026-09'
    """
    change = change_of(ratio, before)
    return change and f"{change} {'from' if change == UNCHANGED else 'on'} {when}"


def distance_of(ratio: Fraction, other: Fraction) -> str:
    """Write how far two ratios are apart, where words say which is above the other.

    Examples
    --------
    >>> distance_of(Fraction(98, 100), Fraction(102, 100))
    '4.0 pts'
    """
    return points(abs(difference_of(ratio, other))).removeprefix("+")


def parts_of(total: Fraction, parts: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Round the parts of a ratio, so that they add up to it as it is shown.

    ``total`` is less than a tenth of a percent from their exact sum; see
    `metrics.money.apportioned`.
    """
    tenths = int(as_shown(total) * 1000)
    return tuple(Fraction(part, 1000) for part in apportioned([p * 1000 for p in parts], tenths))


def moves_of(terms: Retention) -> tuple[Fraction, Fraction, Fraction] | None:
    """Round expansion, contraction and churn to points of opening MRR; None without any.

    Losses are below zero. With 100% they add up to NRR as it is shown, and the losses to GRR.
    """
    nrr, grr = terms.nrr, terms.grr
    if nrr is None or grr is None:
        return None
    losses = [Fraction(-lost, terms.opening) for lost in (terms.contraction, terms.churn)]
    contraction, churn = parts_of(difference_of(grr, Fraction(1)), losses)
    return difference_of(nrr, grr), contraction, churn
