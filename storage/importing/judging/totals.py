"""Rows of totals among a file's rows: an account that comes to all others together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from metrics.exact_sums import sum_by
from metrics.runs import begins
from storage.importing.movements import NO_NUMBER, FileMovements, Flags, Whole
from storage.importing.report import RowFinding

TOTALS = frozenset(
    {
        *("total", "totals", "grand total", "subtotal", "sub total", "total mrr", "mrr total"),
        *("sum", "overall", "all", "all accounts", "all customers", "all subscribers"),
        *("summe", "gesamt", "gesamtsumme", "insgesamt", "zwischensumme", "summe gesamt"),
        *("somme", "total général", "ensemble", "totale", "totale generale", "totaal"),
        *("suma", "suma total", "total general", "total geral", "soma", "totalt", "razem"),
    }
)
"""Names that a program gives to such a row, in lower case."""
_BETWEEN = re.compile(r"(?:[^\w\n]|_)+")
_DAYS = 2**20  # more than any day's number
_EACH, _MANY_AMOUNTS = 2, 3  # others on a day, and amounts, that chance does not bring about
_SEVERAL, _TWO_AMOUNTS = 4, 2  # the same with more others


@dataclass(slots=True)
class FileTotals:
    """Sums and counts of the rows of a file on each day, by currency."""

    sums: dict[int, int] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    last_line: int = 0

    def add(self, movements: FileMovements) -> None:
        """Take the next rows of the file."""
        if not len(movements):
            return
        keys, places, counts = np.unique(_days(movements), return_inverse=True, return_counts=True)
        sums = sum_by(places, _amounts(movements), keys.size)
        for key, net, count in zip(keys.tolist(), sums.tolist(), counts.tolist(), strict=True):
            self.sums[key] = self.sums.get(key, 0) + net
            self.rows[key] = self.rows.get(key, 0) + count
        self.last_line = max(self.last_line, int(movements.line[-1]))

    def findings(self, movements: FileMovements) -> Iterator[RowFinding]:
        """Find the rows of totals among all rows of some accounts."""
        if not len(movements):
            return
        days = _AccountDays.of(movements, self)
        found = dict.fromkeys(days.all_others(), _ON_ALL_DAYS)
        names = movements.texts.account.names
        accounts = np.flatnonzero(np.bincount(movements.account)).tolist()
        named = are_totals([names[account] for account in accounts])
        for account, has_name in zip(accounts, named, strict=True):
            if has_name and self._is_total(movements, days, account):
                found.setdefault(account, _BY_NAME)
        for account, message in found.items():
            for line in np.unique(movements.line[movements.account == account]).tolist():
                yield RowFinding(line, message, "account_id", names[account])

    def _is_total(self, movements: FileMovements, days: "_AccountDays", account: int) -> bool:
        matches = days.matches[days.account == account]
        if matches.size and bool(matches.all()):
            return True
        own = np.flatnonzero(movements.account == account)
        currencies = np.unique(movements.currency[own])
        whole = sum(net for key, net in self.sums.items() if key // _DAYS in currencies)
        is_half = 2 * sum(_amounts(movements)[own].tolist()) == whole != 0
        return is_half or set(movements.line[own].tolist()) == {self.last_line}


@dataclass(frozen=True, slots=True)
class _AccountDays:
    """Accounts' days in each currency on which they have something, and whether it is half of all.

    ``amount`` is what they have, ``others`` are the other rows of the day.
    """

    account: Whole
    amount: Whole
    matches: Flags
    others: Whole

    @classmethod
    def of(cls, movements: FileMovements, totals: FileTotals) -> "_AccountDays":
        days = np.array(sorted(totals.sums), np.int64)
        size = len(movements.texts.account.names)
        pair = np.searchsorted(days, _days(movements)) * size + movements.account
        amounts = _amounts(movements)
        if (pair[1:] < pair[:-1]).any():  # most files are in this order already
            order = np.argsort(pair, kind="stable")
            pair, amounts = pair[order], amounts[order]
        firsts = np.flatnonzero(begins(pair))
        counts = np.diff(firsts, append=pair.size)
        pairs, places = pair[firsts], np.repeat(np.arange(firsts.size), counts)
        own = sum_by(places, amounts, pairs.size)
        of_day, account = np.divmod(pairs, size)
        whole = np.array([totals.sums[key] for key in days.tolist()])[of_day]
        rows = np.array([totals.rows[key] for key in days.tolist()])[of_day]
        some = own != 0
        columns = (account, own, own * 2 == whole, rows - counts)
        return cls(*(column[some] for column in columns))

    def all_others(self) -> list[int]:
        """List the accounts that come to all others on each of their days, and not by chance."""
        has_missed = np.zeros(int(self.account.max(initial=0)) + 1, bool)
        has_missed[self.account[~self.matches]] = True
        often = self.matches & (self.others >= _EACH) & ~has_missed[self.account]
        return [account for account in np.unique(self.account[often]).tolist() if self._is(account)]

    def _is(self, account: int) -> bool:
        # An amount that comes again says nothing more: what is so once stays so.
        own = self.account == account
        amounts, least = np.unique(self.amount[own]).size, int(self.others[own].min())
        return (amounts >= _MANY_AMOUNTS and least >= _EACH) or (
            amounts >= _TWO_AMOUNTS and least >= _SEVERAL
        )


_ON_ALL_DAYS = "is a row of totals, as much as all others of its day together: delete it"
_BY_NAME = "is a row of totals: delete it"


def are_totals(names: Sequence[str]) -> list[bool]:
    """Tell of each name whether a row of totals has it; all of them in one look."""
    each = _BETWEEN.sub(" ", "\n".join(names).casefold()).split("\n")
    return [name.strip() in TOTALS for name in each]


def is_a_total(name: str) -> bool:
    """Tell whether an account has the name of a row of totals."""
    return any(are_totals([name]))


def _amounts(movements: FileMovements) -> Whole:
    return np.where(movements.amount == NO_NUMBER, 0, movements.amount)


def _days(movements: FileMovements) -> Whole:
    return movements.currency * _DAYS + movements.day
