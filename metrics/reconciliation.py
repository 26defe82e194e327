"""Monthly MRR of two systems side by side: where they differ, which accounts do it, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

import numpy as np
from numpy.typing import NDArray

from metrics.exact_sums import total_of
from metrics.tier_codes import Whole

Flags = NDArray[np.bool_]


@unique
class Mismatch(StrEnum):
    """Likely reasons for which an account differs between two systems."""

    ONLY_THERE = "only_there"
    ONLY_HERE = "only_here"
    LATER_THERE = "later_there"
    LATER_HERE = "later_here"
    CURRENCY = "currency"
    PAUSE = "pause"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingAccount:
    """MRR of one account at the end of a month in both systems, in minor units of a currency."""

    account: str
    there: int
    here: int
    cause: Mismatch

    @property
    def difference(self) -> int:
        """Minor units that are here and not there."""
        return self.here - self.there


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthComparison:
    """MRR at the end of a month in both systems, in minor units of a currency.

    ``segment`` is None where all are compared together. ``accounts`` are those that differ, the
    largest first, where the other system names accounts.
    """

    month: date
    currency: str
    segment: str | None = None
    there: int
    here: int
    accounts: tuple[DifferingAccount, ...] = ()

    @property
    def difference(self) -> int:
        """Minor units that are here and not there."""
        return self.here - self.there

    @property
    def agrees(self) -> bool:
        """Whether the total is the same, and that of every account."""
        return not self.difference and not self.accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBooks:
    """MRR at the end of months that follow another, of both systems.

    Attributes
    ----------
    stated : set of int
        Places of the months that the other system states; of another one nothing is known there.
    known : int
        Number of the months that are over here: of a later one nothing is known here.
    there, here : mapping of str to array, shape (n_months, n_accounts)
        Minor units by currency, the same currencies in both.
    paused : array of bool, shape (n_months, n_accounts)
        Whether an account is paused here when a month ends.
    """

    accounts: Sequence[str]
    months: Sequence[date]
    stated: frozenset[int]
    known: int
    there: Mapping[str, Whole]
    here: Mapping[str, Whole]
    paused: Flags


def compare_accounts(books: AccountBooks) -> tuple[MonthComparison, ...]:
    """Compare the accounts of each month that is stated there and over here."""
    causes = _Causes(books)
    return tuple(
        MonthComparison(
            month=books.months[place],
            currency=currency,
            there=total_of(books.there[currency][place]),
            here=total_of(books.here[currency][place]),
            accounts=tuple(sorted(causes.differing(place, currency), key=_largest_first)),
        )
        for place in sorted(books.stated)
        if place < books.known
        for currency in sorted(books.there)
        if books.there[currency][place].any() or books.here[currency][place].any()
    )


class _Causes:
    """Finds the accounts that differ, and of each the reason that explains most."""

    def __init__(self, books: AccountBooks) -> None:
        self._books = books
        self._there, self._here = _ever(books.there), _ever(books.here)

    def differing(self, place: int, currency: str) -> Iterator[DifferingAccount]:
        """Yield the accounts that differ in a month and currency."""
        there, here = self._books.there[currency][place], self._books.here[currency][place]
        for account in np.flatnonzero(there != here).tolist():
            yield DifferingAccount(
                account=self._books.accounts[account],
                there=int(there[account]),
                here=int(here[account]),
                cause=self._cause(place, currency, account),
            )

    def _cause(self, place: int, currency: str, account: int) -> Mismatch:
        if not self._here[account]:
            return Mismatch.ONLY_THERE
        if not self._there[account]:
            return Mismatch.ONLY_HERE
        books = self._books
        theirs, ours = (system[currency][:, account] for system in (books.there, books.here))
        if not ours[place] and books.paused[place, account]:
            return Mismatch.PAUSE
        if self._pays_otherwise(place, currency, account):
            return Mismatch.CURRENCY
        return self._shift(place, theirs, ours) or Mismatch.AMOUNT

    def _pays_otherwise(self, place: int, currency: str, account: int) -> bool:
        """Tell whether the system that has nothing in a currency has something in another one."""
        for system in (self._books.there, self._books.here):
            others = (amounts for code, amounts in system.items() if code != currency)
            lacks = not system[currency][place, account]
            if lacks and any(each[place, account] for each in others):
                return True
        return False

    def _shift(self, place: int, theirs: Whole, ours: Whole) -> Mismatch | None:
        """Tell which system has the other's change a month later; None if neither has."""
        before, after, stated = place - 1, place + 1, self._books.stated
        is_over = after < self._books.known
        # Where the month after is known, the change has to be there by then.
        if theirs[place] == ours[before] and (after not in stated or theirs[after] == ours[place]):
            return Mismatch.LATER_THERE
        was_there = before in stated and ours[place] == theirs[before]
        if was_there and (not is_over or ours[after] == theirs[place]):
            return Mismatch.LATER_HERE
        return None


def _ever(system: Mapping[str, Whole]) -> Flags:
    """Tell which accounts a system has anything of."""
    found: Flags = np.any([amounts.any(axis=0) for amounts in system.values()], axis=0)
    return found


def _largest_first(one: DifferingAccount) -> tuple[int, str]:
    return -abs(one.difference), one.account
