"""Terms of many accounts that only follow each other, in columns: as nearly all terms do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from metrics.contracts.terms import Cadence
from metrics.tier_codes import Whole

_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PlainColumns:
    """Terms by account and day; those of an account are of one position and do not overlap.

    Parameters
    ----------
    account : array of whole numbers, shape (n,)
        A number for each account, whose terms are together.
    start, last : array of whole numbers, shape (n,)
        Days since 1970-01-01, the last day after the first one.
    amount : array of whole numbers, shape (n,)
        Minor units above zero, not beyond 10**15, for each ``cadence``.
    cadence : array of whole numbers, shape (n,)
        A `Cadence` other than the one of fees.
    """

    account: Whole
    start: Whole
    last: Whole
    amount: Whole
    cadence: Whole

    @property
    def joins(self) -> _Flags:
        """Whether a term begins where the one before it ends."""
        found = np.zeros(self.account.size, bool)
        is_same = self.account[1:] == self.account[:-1]
        found[1:] = is_same & (self.start[1:] == self.last[:-1] + 1)
        return found


@dataclass(frozen=True, slots=True)
class PlainChanges:
    """Changes of the MRR by account and day, in signed minor units.

    ``term`` is the place of the term in its columns, and ``is_end`` tells that it was not renewed.
    ``renewed`` and ``renewed_alike`` are as in `metrics.contracts.changes.Schedule`, of all terms.
    """

    term: Whole
    day: Whole
    amount: Whole
    is_end: _Flags
    renewed: int
    renewed_alike: int


def plain_changes(terms: PlainColumns, *, today: int) -> PlainChanges:
    """Work out the changes of the MRR of all terms, as `schedule` does for those of an account."""
    joins = terms.joins
    goes_on = np.append(joins, np.zeros(1, bool))[1:]
    units, months = _price(terms)
    balance = _rounded(units, months)
    begun, ended = balance.copy(), np.where(goes_on, 0, -balance)
    begun[1:] -= np.where(joins[1:], balance[:-1], 0)
    amount = np.stack([begun, ended], axis=1).ravel()
    places = np.flatnonzero(amount)
    term, is_end = places // 2, places % 2 == 1
    renewed = np.flatnonzero(joins & (terms.start <= today))
    return PlainChanges(
        term=term,
        day=np.where(is_end, terms.last[term], terms.start[term]),
        amount=amount[places],
        is_end=is_end,
        renewed=int(renewed.size),
        renewed_alike=int(_are_alike(units, months, renewed).sum()),
    )


def _price(terms: PlainColumns) -> tuple[Whole, Whole]:
    """Find each term's MRR as a numerator and a denominator."""
    days = terms.last - terms.start + 1
    whole = _months_until(terms.start, terms.last + 1)
    whole = np.where(whole > 0, whole, _months_until(terms.start, terms.last))
    is_total = terms.cadence == Cadence.TOTAL.value
    in_days = is_total & (whole == 0)
    months = np.where(is_total, whole, terms.cadence)
    units = np.where(in_days, 365 * terms.amount, terms.amount)
    return units, np.where(in_days, 12 * days, months)


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
