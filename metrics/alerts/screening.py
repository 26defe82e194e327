"""Whether a drop can stand at all: a look at two years, before all months are walked through."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from metrics.alerts.baselines import MONTHS, twelve_before
from metrics.alerts.rules import AlertRule
from metrics.open_bases import OpenBase
from metrics.period_grammar import shift_months

LOOKED_AT = 2 * MONTHS
"""Months before the one asked about: the longest-lasting drop is held against the year before it,
and one of more than a year against the year before the month."""


def can_fire(rule: AlertRule, bases: Mapping[date, OpenBase], month: date) -> bool:
    """Tell whether a rule that holds months' NRR against the usual can fire in one.

    False is certain.

    Parameters
    ----------
    bases : mapping of date to OpenBase
        The scope's of ``month`` and of the `LOOKED_AT` months before it, as far as there are any.

    Notes
    -----
    What is usual is a median, and half of the months that it is of lie at or above it: without so
    many that lie above ``month`` by what it takes not to have recovered, nothing can fire.
    """
    known = {
        one: base
        for one, base in bases.items()
        if base.opening > 0 and base.accounts >= rule.min_accounts
    }
    if month not in known:
        return False
    if sum(one in known for one in twelve_before(month)) < rule.months_before:
        return True  # it may still be held against an earlier time
    base = known[month]
    # Without a movement nothing recovers, however high it is; with one the ends can be equal, too.
    slack = rule.threshold - rule.recovery_margin if base.closing != base.opening else Fraction()
    level = Fraction(base.closing, base.opening) + slack
    first = shift_months(month, -LOOKED_AT)
    above = sum(
        first <= one < month and at.closing * level.denominator >= level.numerator * at.opening
        for one, at in known.items()
    )
    return above >= (rule.months_before + 1) // 2
