"""Terms of many accounts that only follow each other, in columns: as nearly all terms do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.contracts.terms import Cadence
from metrics.drivers import KnownDriver
from metrics.tier_codes import Whole

_Flags = NDArray[np.bool_]
NO_END = 2**31 - 1
"""The last day of a term without one."""
REASONS = (None, KnownDriver.NOT_RENEWED, KnownDriver.SEATS, KnownDriver.PRICE)
"""Drivers of changes by number."""
_LOST, _SEATS, _PRICE = 1, 2, 3
_DAYS = 2**24  # more than there are, so that an account and a day are one number


@dataclass(frozen=True, slots=True)
class PlainColumns:
    """Terms by position and day; those of a position do not overlap.

    One that goes on by itself is the last of its position, or joined by the next one.

    Parameters
    ----------
    account, position : array of whole numbers, shape (n,)
        A number for each account, and for each position of one, whose terms are together.
    start, last : array of whole numbers, shape (n,)
        Days since 1970-01-01, the last day after the first one, or `NO_END`.
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


@dataclass(frozen=True, slots=True)
class PlainChanges:
    """Changes of the MRR by position and day, in signed minor units.

    ``term`` is the place of the term in its columns, and ``reason`` one in `REASONS`.
    ``renewed`` and ``renewed_alike`` are as in `metrics.contracts.changes.Schedule`, of all terms.
    """

    term: Whole
    day: Whole
    amount: Whole
    reason: Whole
    renewed: int
    renewed_alike: int


def plain_changes(terms: PlainColumns, *, today: int) -> PlainChanges:
    """Work out the changes of the MRR of all terms, as `schedule` does for those of an account."""
    joins = terms.joins
    is_joined = np.append(joins, np.zeros(1, bool))[1:]
    is_open = ~is_joined & (terms.goes_on | (terms.last == NO_END))
    units, months = _price(terms)
    balance = _rounded(units, months)
    begun, ended = balance.copy(), np.where(is_joined | is_open, 0, -balance)
    begun[1:] -= np.where(joins[1:], balance[:-1], 0)
    amount = np.stack([begun, ended], axis=1).ravel()
    places = np.flatnonzero(amount)
    term, is_end = places // 2, places % 2 == 1
    moves = _moves_on(terms)
    lost = np.where(moves, 0, _LOST)
    renewed = np.flatnonzero(joins & (terms.start <= today))
    by_themselves = _renewals(terms, np.flatnonzero(is_open & (terms.last != NO_END)), today)
    return PlainChanges(
        term=term,
        day=np.where(is_end, (terms.last + moves)[term], terms.start[term]),
        amount=amount[places],
        reason=np.where(is_end, lost[term], _reasons(terms, joins, units, months)[term]),
        renewed=int(renewed.size) + by_themselves,
        renewed_alike=int(_are_alike(units, months, renewed).sum()) + by_themselves,
    )


def _moves_on(terms: PlainColumns) -> _Flags:
    """Tell where another term of the account begins on the day after the last one."""
    account = terms.account.astype(np.int64) * _DAYS
    found: _Flags = np.isin(account + terms.last + 1, account + terms.start)
    found &= terms.last != NO_END
    return found


def _reasons(terms: PlainColumns, joins: _Flags, units: Whole, months: Whole) -> Whole:
    """Tell of each term that joins another whether its MRR is another by seats or by price."""
    found = np.zeros(terms.start.size, np.int64)
    known = terms.seats > 0
    places = np.flatnonzero(joins & known & np.append(np.zeros(1, bool), known)[:-1])
    # Python's integers: a product of prices, months and seats can need more than 64 bits.
    after, before = (_as_paid(terms, units, months, some) for some in (places, places - 1))
    gap = after[0] * before[1] * before[2] - before[0] * after[1] * after[2]
    rounding = (after[2] + before[2]) * after[1] * before[1]
    is_alike = (np.abs(gap) <= rounding).astype(bool)
    is_other = terms.seats[places] != terms.seats[places - 1]
    found[places] = np.where(is_alike & is_other, _SEATS, _PRICE)
    return found


def _as_paid(
    terms: PlainColumns, units: Whole, months: Whole, places: Whole
) -> tuple[NDArray[np.object_], ...]:
    first, second, third = (one[places].astype(object) for one in (units, months, terms.seats))
    return first, second, third


def _renewals(terms: PlainColumns, places: Whole, today: int) -> int:
    """Count the days up to today on which terms renewed themselves."""
    start, last = terms.start[places], terms.last[places]
    months = _whole_months(start, last)
    day = np.full(1, today)
    of_start, of_today = start - _first(_month(start)), day - _first(_month(day))
    shortest = _first(_month(day) + 1) - _first(_month(day)) - 1
    passed = _month(day) - _month(start) - (np.minimum(of_start, shortest) > of_today)
    in_months = passed // np.maximum(months, 1)
    in_days = (today - start) // (last - start + 1)
    return int(np.maximum(np.where(months > 0, in_months, in_days), 0).sum())


def monthly(terms: PlainColumns) -> Whole:
    """Work out the MRR of each term in minor units, half even."""
    return _rounded(*_price(terms))


def last_days_join(start: Whole, last: Whole) -> _Flags:
    """Tell of terms whether their last day is the very day on which whole months are over."""
    found: _Flags = (_months_until(start, last + 1) == 0) & (_months_until(start, last) > 0)
    return found


def _price(terms: PlainColumns) -> tuple[Whole, Whole]:
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
    begin, end = _month(start), _month(day)
    of_start, of_day = start - _first(begin), day - _first(end)
    is_short = (of_day < of_start) & (day + 1 == _first(end + 1))
    return np.where((of_day == of_start) | is_short, end - begin, 0)


def _month(day: Whole) -> Whole:
    found: Whole = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return found


def _first(month: Whole) -> Whole:
    found: Whole = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return found


def _rounded(units: Whole, months: Whole) -> Whole:
    whole, rest = np.divmod(units, months)
    is_half = 2 * rest == months
    up = (2 * rest > months) | (is_half & (whole % 2 == 1))  # half even
    found: Whole = whole + up
    return found


def _are_alike(units: Whole, months: Whole, places: Whole) -> _Flags:
    whole, rest = np.divmod(units, months)
    before = places - 1
    is_alike: _Flags = whole[places] == whole[before]
    is_alike &= rest[places] * months[before] == rest[before] * months[places]
    return is_alike
