"""Lever of a base's NRR: which component to work on first, and what a point of it is worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from metrics.change import Component
from metrics.findings.moves import FEW
from metrics.findings.years import GRR_FLOOR
from metrics.money import round_half_up
from metrics.periods import Period
from metrics.retention import Retention

_A_POINT = Fraction(1, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """The component that comes first.

    ``best`` is the period in which it was at its best, with the ratio that it had then, losses
    below zero; None where it comes first because GRR of twelve months is below its floor.
    """

    component: Component
    ratio: Fraction
    best: tuple[Period, Fraction] | None = None


def find_lever(
    now: Retention, year: Retention | None, earlier: Mapping[Period, Retention]
) -> Lever | None:
    """Find the component to work on first.

    None of too few accounts, and where none was ever better than it is.

    Parameters
    ----------
    now : Retention
        The opening base over the period.
    year : Retention, optional
        Over the twelve months that end with it.
    earlier : mapping of Period to Retention
        Equally long periods before it: each component is held against its own best one.
    """
    if now.accounts_opening < FEW:
        return None
    if year is not None and year.grr is not None and year.grr < GRR_FLOOR:
        lost = max((Component.CONTRACTION, Component.CHURN), key=lambda one: getattr(year, one))
        return Lever(component=lost, ratio=lost.rate_of(now) or Fraction())
    levers = [lever for one in Component if (lever := _against_best(one, now, earlier))]
    return max(levers, key=_room, default=None)


def worth_of_a_point(base: Retention, *, points_of_it: Fraction = _A_POINT) -> int:
    """Work out what a point of NRR of a base is, or several, in minor units of MRR."""
    return int(round_half_up(base.opening * points_of_it, 0))


def _against_best(
    component: Component, now: Retention, earlier: Mapping[Period, Retention]
) -> Lever | None:
    ratios = {period: component.rate_of(then) for period, then in earlier.items()}
    known = {period: ratio for period, ratio in ratios.items() if ratio is not None}
    ratio = component.rate_of(now)
    if ratio is None or not known:
        return None
    best = max(known, key=lambda period: (known[period], period.start))
    if known[best] <= ratio:
        return None
    return Lever(component=component, ratio=ratio, best=(best, known[best]))


def _room(lever: Lever) -> Fraction:
    return lever.best[1] - lever.ratio if lever.best else Fraction()
