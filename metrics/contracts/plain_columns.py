"""Terms of many accounts in columns: their days and prices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.contracts.terms import Cadence
from metrics.month_numbers import first_days, months_of
from metrics.tier_codes import Whole

_Flags = NDArray[np.bool_]
NO_END = 2**31 - 1
"""The last day of a term without one."""
DAYS = 2**24
"""More than there are: an account and a day are one number."""


@dataclass(frozen=True, slots=True)
class PlainColumns:
    """Terms with an amount, for `plain_renewals` by position and day and one after the other.

    Parameters
    ----------
    account, position : array of whole numbers, shape (n,)
        A number for each account, and for each position of one.
    start, last : array of whole numbers, shape (n,)
        Days since 1970-01-01, the last day not before the first one, or `NO_END`.
    amount : array of whole numbers, shape (n,)
        Minor units above zero, not beyond 10**15, for each ``cadence``.
    cadence : array of whole numbers, shape (n,)
        A `Cadence` other than the one of fees.
    seats : array of whole numbers, shape (n,)
        0 where they are not known.
    goes_on : array of bool, shape (n,)
        Whether a term renews itself at its end.
    """

    account: Whole
    position: Whole
    start: Whole
    last: Whole
    amount: Whole
    cadence: Whole
    seats: Whole
    goes_on: _Flags

    @property
    def joins(self) -> _Flags:
        """Whether a term begins where the one before it ends."""
        found = np.zeros(self.position.size, bool)
        is_same = self.position[1:] == self.position[:-1]
        found[1:] = is_same & (self.start[1:] == self.last[:-1] + 1)
        return found


def periods_until(start: Whole, last: Whole, day: Whole) -> Whole:
    """Count how often terms have begun again by a day, if they are repeated."""
    months = _whole_months(start, last)
    of_start, of_day = start - first_days(months_of(start)), day - first_days(months_of(day))
    shortest = first_days(months_of(day) + 1) - first_days(months_of(day)) - 1
    passed = months_of(day) - months_of(start) - (np.minimum(of_start, shortest) > of_day)
    in_months = passed // np.maximum(months, 1)
    in_days = (day - start) // (last - start + 1)
    return np.maximum(np.where(months > 0, in_months, in_days), 0)


def monthly(terms: PlainColumns) -> Whole:
    """Work out the MRR of each term in minor units, half even."""
    return rounded(*price_of(terms))


def last_days_join(start: Whole, last: Whole) -> _Flags:
    """Tell of terms whether their last day is the very day on which whole months are over."""
    found: _Flags = (_months_until(start, last + 1) == 0) & (_months_until(start, last) > 0)
    return found


def price_of(terms: PlainColumns) -> tuple[Whole, Whole]:
    """Find each term's MRR as a numerator and a denominator."""
    is_total = terms.cadence == Cadence.TOTAL.value
    last = np.where(is_total, terms.last, terms.start)  # others may have no end
    whole = _whole_months(terms.start, last)
    in_days = is_total & (whole == 0)
    months = np.where(is_total, whole, terms.cadence)
    units = np.where(in_days, 365 * terms.amount, terms.amount)
    return units, np.where(in_days, 12 * (last - terms.start + 1), months)


def _whole_months(start: Whole, last: Whole) -> Whole:
    """Count the months of terms, both days included; 0 if they are not whole."""
    whole = _months_until(start, last + 1)
    return np.where(whole > 0, whole, _months_until(start, last))


def _months_until(start: Whole, day: Whole) -> Whole:
    """Count the months after which a day comes again; 0 if they are not whole."""
    begin, end = months_of(start), months_of(day)
    of_start, of_day = start - first_days(begin), day - first_days(end)
    is_short = (of_day < of_start) & (day + 1 == first_days(end + 1))
    return np.where((of_day == of_start) | is_short, end - begin, 0)


def rounded(units: Whole, months: Whole) -> Whole:
    """Divide, half even."""
    whole = units // months  # of Python's integers, too
    rest = units - whole * months
    is_half = 2 * rest == months
    up = (2 * rest > months) | (is_half & (whole % 2 == 1))  # half even
    found: Whole = whole + up
    return found
