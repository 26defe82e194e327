"""A ledger as plain rows: balances, attributes and pauses, each by what is dated before a day.

Written from the definitions alone: it shares nothing with the product but dates and fractions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

PAUSE_DAYS = 90
NO_VALUE = "(none)"

Scope = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One movement, in minor units; its attributes hold from its day on."""

    account: str
    day: date
    amount: int
    driver: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    recorded: date = date.min


@dataclass(frozen=True)
class Ledger:
    """Rows, and what imports said of them; ``closed`` and ``covered`` are first days after."""

    rows: tuple[Row, ...]
    closed: date | None = None
    covered: date | None = None

    def known_on(self, day: date) -> "Ledger":
        """Return the ledger as it was recorded at the end of a day, its imports as they are."""
        return replace(self, rows=tuple(row for row in self.rows if row.recorded <= day))

    @cached_property
    def by_account(self) -> Mapping[str, list[Row]]:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            found[row.account].append(row)
        return found

    def accounts(self) -> list[str]:
        return sorted(self.by_account)

    def balance(self, account: str, day: date) -> int:
        return sum(row.amount for row in self.by_account[account] if row.day < day)

    def value(self, account: str, dimension: str, day: date) -> str:
        """Return what was stated last, strictly before a day."""
        stated = [
            (row.day, row.attributes[dimension])
            for row in self.by_account[account]
            if row.day < day and dimension in row.attributes
        ]
        return max(stated)[1] if stated else NO_VALUE

    def is_in(self, scope: Scope, account: str, day: date) -> bool:
        return all(self.value(account, name, day) == value for name, value in scope.items())

    def has_paid_before(self, account: str, day: date) -> bool:
        return any(self.balance(account, after) > 0 for after in self.days_after(account, day))

    def days_after(self, account: str, day: date) -> list[date]:
        """Return the days after the account's days with movements, as far as those are before."""
        days = {row.day for row in self.by_account[account] if row.day < day}
        return sorted(one + timedelta(1) for one in days)

    def pause_before(self, account: str, day: date) -> date | None:
        """Return the day on which a pause took the account to zero, where it stayed up to a day."""
        went = None
        for after in self.days_after(account, day):
            is_zero = self.balance(account, after) == 0
            paid = self.balance(account, after - timedelta(1)) > 0
            if not is_zero:
                went = None
            elif paid:
                went = after - timedelta(1)
        return went if went is not None and self._pauses_on(account, went) else None

    def _pauses_on(self, account: str, day: date) -> bool:
        return any(
            row.driver == "pause" and row.amount < 0
            for row in self.by_account[account]
            if row.day == day
        )

    def is_paused(self, account: str, day: date) -> bool:
        went = self.pause_before(account, day)
        return went is not None and 0 < (day - went).days <= PAUSE_DAYS

    def is_resumed(self, account: str, start: date) -> bool:
        """Tell whether an account at zero on a day came back within 90 days of its pause."""
        went = self.pause_before(account, start)
        if went is None:
            return False
        later = {row.day for row in self.by_account[account] if row.day >= start}
        back = [day for day in sorted(later) if self.balance(account, day + timedelta(1)) > 0]
        return bool(back) and (back[0] - went).days <= PAUSE_DAYS


def month_of(day: date) -> date:
    return day.replace(day=1)


def later(day: date, months: int) -> date:
    """Return a day some months later, or earlier: the month's last where it has no such day."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    following = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return first + timedelta(min(day.day, (following - first).days) - 1)


def months_from(first: date, end: date) -> Iterable[date]:
    """Yield the first day of each month from one on, before another day."""
    month = month_of(first)
    while month < end:
        yield month
        month = later(month, 1)
